package org.sluice.core.console;

import java.util.List;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;

/** {@code session disable}: turns the session layer off. */
final class SessionDisable extends StackCommand {
  private final StackParts parts;
  private final WorkerQueries queries;

  SessionDisable(StackParts parts, WorkerQueries queries) {
    super("session disable", "", "Turn the session layer off: detach all applications, end all sessions");
    this.parts = parts;
    this.queries = queries;
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    words(arguments).end();
    boolean changed = queries.await(0, parts.applications().layerSwitch().disable());
    output.line(changed ? "the session layer is disabled, 'session enable' brings it back"
        : "the session layer is disabled already");
  }
}
