package org.sluice.core.console;

import java.util.List;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;

/** {@code session rt-backend}: chooses what decides before listeners are asked. */
final class SessionRtBackend extends StackCommand {
  private final StackParts parts;
  private final WorkerQueries queries;

  SessionRtBackend(StackParts parts, WorkerQueries queries) {
    super("session rt-backend", String.join("|", PolicyBackend.labels()),
        "Choose what decides about packets and connects before listeners are asked; none forgets all entries");
    this.parts = parts;
    this.queries = queries;
  }

  @Override
  public List<String> complete(List<String> words) {
    return words.size() > 1 ? List.of() : candidates(words, PolicyBackend.labels().stream());
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    if (arguments.isEmpty()) {
      throw usage("a backend is needed");
    }
    Words words = words(arguments);
    PolicyBackend backend = PolicyBackend.of(words.keyword(PolicyBackend.labels()));
    words.end();
    queries.change(() -> parts.applications().policy().select(backend));
    output.line("the rt-backend is " + backend.label());
  }
}
