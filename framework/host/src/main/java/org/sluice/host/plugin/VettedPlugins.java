package org.sluice.host.plugin;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.sluice.host.config.SectionReference;
import org.sluice.host.problem.Problem;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** The outcome of a {@link Vetting}. */
public final class VettedPlugins {
  private final List<PluginJar> order;
  private final List<SectionReference> references;
  private final List<Vetting.Refused> refused;
  private final List<Problem> problems;

  VettedPlugins(List<PluginJar> order, List<SectionReference> references, List<Vetting.Refused> refused,
      List<Problem> problems) {
    this.order = order;
    this.references = references;
    this.refused = refused;
    this.problems = problems;
  }

  /** The jars that may run; each comes after what it depends on. */
  List<PluginJar> order() {
    return order;
  }

  /** The reference files of the jars that may run. */
  public List<SectionReference> references() {
    return references;
  }

  List<Vetting.Refused> refused() {
    return refused;
  }

  /** The ids of the jars that may not run, as far as they are known. */
  public Set<String> refusedIds() {
    return refused.stream().map(Vetting.Refused::id).collect(Collectors.toUnmodifiableSet());
  }

  /** Why they may not. */
  public List<Problem> problems() {
    return problems;
  }

  /** Shows the jars and the problems without any of them being loaded. */
  public void print(ConsoleOutput output) {
    output.table("plugins", Column.of("Plugin"), Column.of("Version"), Column.of("Verdict"), Column.of("Jar"),
        Column.of("Description"));
    for (PluginJar jar : order) {
      output.row(jar.id(), jar.version(), "good", jar.file(), jar.description());
    }
    for (Vetting.Refused jar : refused) {
      output.row(jar.id(), jar.version(), jar.verdict(), jar.file(), "");
    }
    Problem.print(problems, output);
  }
}
