package org.sluice.core.console;

import java.util.List;
import java.util.stream.Stream;
import org.sluice.core.application.SessionLayerSwitch;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;

/** {@code session enable}: turns the session layer on. */
final class SessionEnable extends StackCommand {
  private static final String BACKEND = "rt-backend";

  private final StackParts parts;
  private final WorkerQueries queries;

  SessionEnable(StackParts parts, WorkerQueries queries) {
    super("session enable", "[rt-backend " + String.join("|", PolicyBackend.labels()) + "]",
        "Turn the session layer on: enable its transports, attach the applications of plugins");
    this.parts = parts;
    this.queries = queries;
  }

  @Override
  public List<String> complete(List<String> words) {
    return switch (words.size()) {
      case 0, 1 -> candidates(words, Stream.of(BACKEND));
      case 2 -> candidates(words, PolicyBackend.labels().stream());
      default -> List.of();
    };
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    Words words = words(arguments);
    PolicyBackend backend = null;
    if (words.hasNext()) {
      String _ = words.keyword(List.of(BACKEND));
      String label = words.hasNext() ? words.keyword(PolicyBackend.labels()) : words.next("a backend");
      backend = PolicyBackend.of(label);
    }
    words.end();
    if (backend != null) {
      PolicyBackend chosen = backend;
      queries.change(() -> parts.applications().policy().select(chosen));
      output.line("the rt-backend is " + chosen.label());
    }
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
