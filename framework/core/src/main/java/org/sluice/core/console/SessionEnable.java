package org.sluice.core.console;

import java.util.List;
import org.sluice.core.application.SessionLayerSwitch;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;

/** {@code session enable}: turns the session layer on. */
final class SessionEnable extends StackCommand {
  private final StackParts parts;
  private final WorkerQueries queries;

  SessionEnable(StackParts parts, WorkerQueries queries) {
    super("session enable", "", "Turn the session layer on: enable its transports, attach the applications of plugins");
    this.parts = parts;
    this.queries = queries;
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    words(arguments).end();
    SessionLayerSwitch.Outcome outcome =
        queries.await(0, parts.applications().layerSwitch().enable());
    output.line(outcome.changed() ? "the session layer is enabled" : "the session layer is enabled already");
    for (String transport : outcome.removedTransports()) {
      output.line("transport " + transport + " could not be enabled and is removed: see the log");
    }
    for (String failure : outcome.failedApplications()) {
      output.line(failure);
    }
    if (!outcome.removedTransports().isEmpty() || !outcome.failedApplications().isEmpty()) {
      throw CommandException.failure("not everything came back");
    }
  }
}
