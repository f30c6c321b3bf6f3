package org.sluice.host.boot;

import java.util.List;
import java.util.function.Function;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;

/**
 * A command of the host's own.
 *
 * @param name see {@link ConsoleCommand#name}
 * @param arguments see {@link ConsoleCommand#arguments}; empty when it takes none
 * @param summary see {@link ConsoleCommand#summary}
 * @param completion see {@link ConsoleCommand#complete}
 * @param action what it does
 */
record HostCommand(
    String name, String arguments, String summary, Function<List<String>, List<String>> completion, Action action)
    implements ConsoleCommand {

  /** What a command does. */
  @FunctionalInterface
  interface Action {
    void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException;
  }

  /** A command that takes no arguments. */
  static HostCommand plain(String name, String summary, Action action) {
    return new HostCommand(name, "", summary, words -> List.of(), action);
  }

  @Override
  public List<String> complete(List<String> words) {
    return completion.apply(words);
  }

  @Override
  public void run(List<String> given, ConsoleOutput output) throws CommandException, InterruptedException {
    if (arguments.isEmpty() && !given.isEmpty()) {
      throw CommandException.usage("'" + name + "' takes no arguments, not '" + String.join(" ", given) + "'");
    }
    action.run(given, output);
  }
}
