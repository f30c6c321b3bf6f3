package org.sluice.core.console;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;

/** A command that is little more than its name: what it does is a method of its area. */
final class Action extends StackCommand {
  private final Body body;
  private final Supplier<Stream<String>> choices;

  /** What a command does with its words. */
  @FunctionalInterface
  interface Body {
    void run(Words words, ConsoleOutput output) throws CommandException, InterruptedException;
  }

  /**
   * Makes a command.
   *
   * @param name its name
   * @param arguments its synopsis
   * @param summary what it does
   * @param choices words that may follow, for completion
   * @param body what it does
   */
  Action(String name, String arguments, String summary, Supplier<Stream<String>> choices, Body body) {
    super(name, arguments, summary);
    this.choices = choices;
    this.body = body;
  }

  @Override
  public List<String> complete(List<String> words) {
    return candidates(words, choices.get());
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    body.run(words(arguments), output);
  }
}
