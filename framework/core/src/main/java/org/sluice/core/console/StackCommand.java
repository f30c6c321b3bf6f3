package org.sluice.core.console;

import java.util.List;
import java.util.stream.Stream;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;

/** What the commands have in common: a fixed name and synopsis, and complaints that quote them. */
abstract class StackCommand implements ConsoleCommand {
  private final String name;
  private final String arguments;
  private final String summary;

  StackCommand(String name, String arguments, String summary) {
    this.name = name;
    this.arguments = arguments;
    this.summary = summary;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String arguments() {
    return arguments;
  }

  @Override
  public final String summary() {
    return summary;
  }

  final Words words(List<String> given) {
    return new Words(given, this);
  }

  final CommandException usage(String wrong) {
    String synopsis = arguments.isEmpty() ? name + ", without arguments" : name + " " + arguments;
    return CommandException.usage(wrong + "; usage: " + synopsis);
  }

  /** Candidates for the last of the words that were not typed before. */
  static List<String> candidates(List<String> words, Stream<String> choices) {
    if (words.isEmpty()) {
      return choices.toList();
    }
    List<String> before = words.subList(0, words.size() - 1);
    String begun = words.getLast();
    return choices.filter(choice -> choice.startsWith(begun) && !before.contains(choice)).toList();
  }
}
