package org.sluice.host.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.host.boot.HostOptions;

/**
 * Reads the command line of {@code sluice run} when there is nothing unusual about it, so that a start does not wait
 * for the classes of the library that reads every other one. What it does not understand, or what is wrong, it leaves
 * to that library, which explains it.
 */
final class PlainRun {
  private static final String NO_CONSOLE = "--no-console";
  private static final String CONFIG = "--config";
  private static final String SOCKET = "--socket";
  private static final String PLUGINS = "--plugins";
  private static final String PLUGIN = "--plugin";
  private static final String SET = "--set";
  private static final Set<String> ONCE = Set.of(CONFIG, SOCKET, PLUGINS);

  private final Map<String, String> single = new HashMap<>();
  private final List<String> assignments = new ArrayList<>();
  private final List<String> plugins = new ArrayList<>();
  private boolean console = true;

  private PlainRun() {}

  /**
   * The run that a command line asks for.
   *
   * @return empty when the command line is another command's, or for the library
   */
  static Optional<HostRun> of(Shell shell, String... arguments) {
    PlainRun plain = new PlainRun();
    if (arguments.length == 0 || !arguments[0].equals("run") || !plain.read(List.of(arguments).iterator())) {
      return Optional.empty();
    }
    try {
      List<Path> jars = plain.plugins.stream().map(Path::of).toList();
      return Optional.of(new HostRun(shell, new HostOptions(shell.home(), plain.path(CONFIG), plain.path(PLUGINS), jars,
          HostOptions.Control.SOCKET, plain.path(SOCKET), plain.assignments), plain.console));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private boolean read(Iterator<String> words) {
    words.next();
    while (words.hasNext()) {
      String word = words.next();
      int equals = word.indexOf('=');
      boolean understood;
      if (equals > 0) {
        understood = take(word.substring(0, equals), word.substring(equals + 1));
      } else if (word.equals(NO_CONSOLE)) {
        understood = console;
        console = false;
      } else {
        understood = words.hasNext() && take(word, words.next());
      }
      if (!understood) {
        return false;
      }
    }
    return true;
  }

  private boolean take(String option, String value) {
    // The library reads a file for '@', and may take what looks like an option for one.
    if (value.isBlank() || value.startsWith("-") || value.startsWith("@") || value.startsWith("\"")) {
      return false;
    }
    if (option.equals(SET)) {
      return assignments.add(value);
    }
    if (option.equals(PLUGIN)) {
      return plugins.add(value);
    }
    return ONCE.contains(option) && single.put(option, value) == null;
  }

  private @Nullable Path path(String option) {
    String value = single.get(option);
    return value == null ? null : Path.of(value);
  }
}
