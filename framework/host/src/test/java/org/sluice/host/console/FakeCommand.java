package org.sluice.host.console;

import java.util.List;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;

/** A command with a name, completions, and what a test lets it do. */
class FakeCommand implements ConsoleCommand {
  private final String name;
  private final List<String> completions;
  private final Action action;

  FakeCommand(String name, String... completions) {
    this(name, (arguments, output) -> {}, completions);
  }

  FakeCommand(String name, Action action, String... completions) {
    this.name = name;
    this.action = action;
    this.completions = List.of(completions);
  }

  /** What it does. */
  interface Action {
    void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return "Serve a test";
  }

  @Override
  public List<String> complete(List<String> words) {
    return completions;
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    action.run(arguments, output);
  }
}
