package org.sluice.host.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sluice.host.problem.Problem;

/**
 * What is wrong with plugins, one entry for each problem of each place: what is found again replaces what was known, so
 * it holds no more than there are jars. Used under the lock of {@link Plugins}.
 */
final class ProblemBook {
  private final List<Problem> problems = new ArrayList<>();

  /** Adds a problem. */
  void add(Problem problem) {
    problems.removeIf(known -> known.id().equals(problem.id()) && known.place().equals(problem.place()));
    problems.add(problem);
  }

  /** Adds problems. */
  void addAll(List<Problem> more) {
    more.forEach(this::add);
  }

  /** Forgets what was wrong with a plugin, or with a jar of it that is looked at again. */
  void forget(PluginJar jar) {
    problems.removeIf(known -> known.place().equals(jar.id()) || known.place().equals(jar.fileName()));
  }

  /** Forgets one problem of a plugin. */
  void forget(String problem, String place) {
    problems.removeIf(known -> known.id().equals(problem) && known.place().equals(place));
  }

  /** Forgets what was wrong with a file. */
  void forgetFile(String fileName) {
    problems.removeIf(known -> known.place().equals(fileName));
  }

  /** Forgets the warning about a section for which there was no plugin. */
  void forgetSection(String pluginId) {
    problems.removeIf(known -> known.id().equals("CFG-006") && known.cause().startsWith("plugins." + pluginId + " "));
  }

  /** The first one of a place. */
  Optional<Problem> of(String place) {
    return problems.stream().filter(problem -> problem.place().equals(place)).findFirst();
  }

  /** All of them, in the order they were found. */
  List<Problem> all() {
    return List.copyOf(problems);
  }
}
