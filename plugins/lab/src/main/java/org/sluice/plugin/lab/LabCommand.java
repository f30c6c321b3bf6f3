package org.sluice.plugin.lab;

import java.util.List;
import java.util.stream.Stream;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;

/** What the commands of the bench have in common. */
abstract class LabCommand implements ConsoleCommand {
  final Bench bench;
  private final String name;
  private final String arguments;
  private final String summary;
  private final String example;

  LabCommand(Bench bench, String name, String arguments, String summary, String example) {
    this.bench = bench;
    this.name = name;
    this.arguments = arguments;
    this.summary = summary;
    this.example = example;
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

  @Override
  public final String example() {
    return example.isEmpty() ? "" : name + " " + example;
  }

  /** The names on the bench, where a name comes first. */
  @Override
  public List<String> complete(List<String> words) {
    return words.size() == 1 ? begunBy(words.getFirst(), bench.names().stream()) : List.of();
  }

  static List<String> begunBy(String word, Stream<String> choices) {
    return choices.filter(choice -> choice.startsWith(word)).toList();
  }

  /** Refuses too few or too many words. */
  final void count(List<String> words, int least, int most) throws CommandException {
    if (words.size() < least) {
      throw usage(words.isEmpty() ? "something is missing" : "something is missing after '" + words.getLast() + "'");
    }
    if (words.size() > most) {
      throw usage("'" + words.get(most) + "' is too much");
    }
  }

  final CommandException usage(String wrong) {
    return CommandException.usage(wrong + "; usage: " + (name + " " + arguments).strip()
        + (example().isEmpty() ? "" : ", as in: " + example()));
  }
}
