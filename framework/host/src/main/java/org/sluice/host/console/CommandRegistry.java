package org.sluice.host.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.sluice.core.fault.PluginFaults;
import org.sluice.host.problem.Nearest;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;

/** The commands there are now: of the host, of the stack and of plugins that come and go. Any thread. */
public final class CommandRegistry {
  private volatile List<RegisteredCommand> commands = List.of();

  /**
   * Adds a command.
   *
   * @param owner the plugin, or the part of the host; what the command throws is counted under its name
   * @throws IllegalArgumentException when the name is taken or is no name
   */
  public synchronized RegisteredCommand add(PluginFaults owner, ConsoleCommand command) {
    RegisteredCommand added = new RegisteredCommand(owner, command);
    for (RegisteredCommand other : commands) {
      if (other.words().equals(added.words())) {
        throw new IllegalArgumentException("command '" + command.name() + "' is there already, from " + other.owner());
      }
    }
    List<RegisteredCommand> next = new ArrayList<>(commands);
    next.add(added);
    next.sort(Comparator.comparing(RegisteredCommand::name));
    commands = List.copyOf(next);
    return added;
  }

  /**
   * Removes a command and ends its runs.
   *
   * @param patience how long to wait for them
   * @return false when one of them still runs
   */
  public boolean remove(RegisteredCommand command, Duration patience) {
    synchronized (this) {
      commands = commands.stream().filter(other -> other != command).toList();
    }
    return command.endRuns(patience);
  }

  /** All commands, by name. */
  public List<RegisteredCommand> commands() {
    return commands;
  }

  /**
   * The command that the words begin with: the longest name of which each word, or an unambiguous beginning of it, was
   * typed.
   *
   * @throws CommandException for none or several; says which were possibly meant
   */
  public RegisteredCommand find(List<String> typed) throws CommandException {
    List<RegisteredCommand> matches = commands.stream().filter(command -> command.isNamedBy(typed)).toList();
    int longest = matches.stream().mapToInt(command -> command.words().size()).max().orElse(0);
    List<RegisteredCommand> best = matches.stream().filter(command -> command.words().size() == longest).toList();
    for (int i = 0; i < longest && best.size() > 1; i++) {
      int place = i;
      List<RegisteredCommand> exact = best.stream()
          .filter(command -> command.words().get(place).equals(typed.get(place))).toList();
      best = exact.isEmpty() ? best : exact;
    }
    if (best.size() == 1) {
      return best.getFirst();
    }
    throw best.isEmpty() ? unknown(typed) : CommandException.usage("'" + String.join(" ", typed)
        + "' is ambiguous: " + String.join(", ", best.stream().map(RegisteredCommand::name).toList()));
  }

  private CommandException unknown(List<String> typed) {
    String text = String.join(" ", typed);
    List<String> goesOn = commands.stream()
        .filter(command -> command.words().size() > typed.size() && command.startsWith(typed))
        .map(RegisteredCommand::name).toList();
    if (!goesOn.isEmpty()) {
      return CommandException.usage("'" + text + "' is not complete: " + String.join(", ", goesOn));
    }
    String hint = nearest(typed).map(name -> "did you mean '" + name + "'?").orElse("'help' lists all commands");
    return CommandException.usage("unknown command '" + text + "'; " + hint);
  }

  /** Names of as many words as were typed are compared first, because what follows a name may be anything. */
  private Optional<String> nearest(List<String> typed) {
    return IntStream.rangeClosed(1, typed.size())
        .mapToObj(dropped -> typed.subList(0, typed.size() + 1 - dropped))
        .map(start -> Nearest.to(String.join(" ", start), commands.stream()
            .filter(command -> command.words().size() == start.size())
            .map(RegisteredCommand::name).toList()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /**
   * What could stand in place of the last word.
   *
   * @param typed what was typed; the last word may be unfinished, and is empty after a blank
   */
  public List<String> complete(List<String> typed) {
    TreeSet<String> candidates = new TreeSet<>();
    int last = typed.size() - 1;
    List<String> before = typed.subList(0, last);
    for (RegisteredCommand command : commands) {
      if (command.words().size() > last && command.startsWith(before)) {
        candidates.add(command.words().get(last));
      } else if (command.isNamedBy(before)) {
        candidates.addAll(arguments(command, typed.subList(command.words().size(), typed.size())));
      }
    }
    candidates.removeIf(candidate -> !candidate.startsWith(typed.get(last)));
    return List.copyOf(candidates);
  }

  private static List<String> arguments(RegisteredCommand command, List<String> words) {
    try {
      return command.command().complete(words);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      command.faults().caught("completion of '" + command.name() + "'", e);
      return List.of();
    }
  }
}
