package org.sluice.host.boot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sluice.host.plugin.ChangeWatcher;
import org.sluice.host.plugin.PluginLife;
import org.sluice.host.plugin.Sessions;
import org.sluice.host.problem.Problem;
import org.sluice.host.problem.ProblemsException;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** The commands that change the plugins of a running host. */
final class PluginCommands {
  private static final String FORCE = "force";
  private static final String DRAIN = "drain";
  private static final String WISH = "[drain [SECONDS]] [force]";

  private final PluginLife life;
  private final Path home;
  private final Duration patience;

  /**
   * Makes the commands.
   *
   * @param life what they ask
   * @param home what the paths of jars are relative to
   * @param patience how long a drain lasts that says nothing else
   */
  PluginCommands(PluginLife life, Path home, Duration patience) {
    this.life = life;
    this.home = home;
    this.patience = patience;
  }

  List<ConsoleCommand> all() {
    return List.of(
        new HostCommand("plugin load", "JAR...", "Load plugin jars into the running host and start them",
            words -> List.of(), this::load),
        new HostCommand("plugin start", "ID", "Start a plugin that is loaded, and before it what it needs",
            words -> ids(words, life.ids()), this::start),
        new HostCommand("plugin stop", "ID " + WISH, "Stop a plugin, and before it those that need it",
            words -> wishes(words, 1), this::stop),
        new HostCommand("plugin unload", "ID " + WISH, "Stop a plugin and those that need it, and forget them",
            words -> wishes(words, 1), this::unload),
        new HostCommand("plugin reload", "ID [JAR] " + WISH, "Put a new version of a plugin in the place of one",
            words -> wishes(words, 1), this::reload),
        new HostCommand("plugin enable", "ID", "Have a disabled plugin run, also after restarts",
            words -> ids(words, life.disabledIds()), this::enable),
        new HostCommand("plugin disable", "ID " + WISH, "Unload a plugin, and keep it from running after restarts",
            words -> wishes(words, 1), this::disable));
  }

  // ---- Completion.

  private static List<String> ids(List<String> words, List<String> ids) {
    return words.size() == 1 ? starting(words, ids.stream()) : List.of();
  }

  private List<String> wishes(List<String> words, int names) {
    return words.size() <= names ? ids(words, life.ids())
        : starting(words, Stream.of(DRAIN, FORCE)
            .filter(word -> !words.subList(names, words.size() - 1).contains(word)));
  }

  private static List<String> starting(List<String> words, Stream<String> candidates) {
    return candidates.filter(candidate -> candidate.startsWith(words.getLast())).sorted().toList();
  }

  // ---- Commands.

  private interface Change {
    List<String> run() throws ProblemsException, InterruptedException;
  }

  private void load(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    if (words.isEmpty()) {
      throw CommandException.usage("plugin load needs a jar, as in: plugin load plugins/my-plugin-1.0.0.jar");
    }
    change("started", output, () -> life.load(words.stream().map(home::resolve).toList()));
  }

  private void start(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    String id = only("plugin start", words);
    change("started", output, () -> life.start(id));
  }

  private void stop(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    Wish wish = wish("plugin stop", words, 1);
    change("stopped", output, () -> life.stop(wish.id, wish.sessions, ChangeWatcher.of(output)));
  }

  private void unload(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    Wish wish = wish("plugin unload", words, 1);
    change("unloaded", output, () -> life.unload(wish.id, wish.sessions, ChangeWatcher.of(output)));
  }

  private void reload(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    Wish wish = wish("plugin reload", words, 2);
    change("running", output,
        () -> life.reload(wish.id, wish.jar.map(home::resolve), wish.sessions, ChangeWatcher.of(output)));
  }

  private void enable(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    String id = only("plugin enable", words);
    change("started", output, () -> life.enable(id));
  }

  private void disable(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    Wish wish = wish("plugin disable", words, 1);
    change("unloaded", output, () -> life.disable(wish.id, wish.sessions, ChangeWatcher.of(output)));
  }

  /** Shows what came of a change, or fails with a sentence for each thing that is wrong. */
  private static void change(String outcome, ConsoleOutput output, Change change)
      throws CommandException, InterruptedException {
    List<String> ids;
    try {
      ids = change.run();
    } catch (ProblemsException e) {
      Problem.print(e.problems(), output);
      throw CommandException.failure(String.join("\n", e.problems().stream().map(Problem::toString).toList()));
    }
    output.table("plugins", Column.of("Plugin"), Column.of("Outcome"));
    ids.forEach(id -> output.row(id, outcome));
  }

  // ---- Words.

  private record Wish(String id, Optional<String> jar, Sessions sessions) {}

  private static String only(String command, List<String> words) throws CommandException {
    if (words.size() != 1) {
      throw CommandException.usage(command + " needs the id of one plugin; 'plugin list' shows them");
    }
    return words.getFirst();
  }

  private Wish wish(String command, List<String> words, int names) throws CommandException {
    List<String> before = new ArrayList<>();
    boolean drain = false;
    boolean force = false;
    Duration wait = patience;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals(FORCE)) {
        force = true;
      } else if (word.equals(DRAIN)) {
        drain = true;
        if (i + 1 < words.size() && words.get(i + 1).matches("\\d{1,6}")) {
          wait = Duration.ofSeconds(Integer.parseInt(words.get(++i)));
        }
      } else {
        before.add(word);
      }
    }
    if (before.isEmpty() || before.size() > names) {
      throw CommandException.usage(before.isEmpty() ? command + " needs the id of a plugin; 'plugin list' shows them"
          : command + ": '" + before.getLast() + "' is neither 'drain SECONDS' nor 'force'");
    }
    return new Wish(before.getFirst(), before.stream().skip(1).findFirst(), new Sessions(drain, force, wait));
  }
}
