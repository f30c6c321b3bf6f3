package org.sluice.core.console;

import java.util.List;
import java.util.stream.Stream;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.error.SessionError;

/** {@code clear session}: ends one session by force, or counts errors from 0 again. */
final class ClearSession extends StackCommand {
  private static final String STATS = "stats";

  private final StackParts parts;
  private final WorkerQueries queries;
  private final SessionErrors errors;

  ClearSession(StackParts parts, WorkerQueries queries, SessionErrors errors) {
    super("clear session", "WORKER:SLOT | stats",
        "Reset one session, or fail one half-open; its application is told. Or begin 'show session stats' anew");
    this.errors = errors;
    this.parts = parts;
    this.queries = queries;
  }

  @Override
  public List<String> complete(List<String> words) {
    return words.size() > 1 ? List.of() : candidates(words, Stream.of(STATS));
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    if (arguments.size() != 1) {
      throw usage("one session is to be named as 'show session verbose' shows it, for example 1:3");
    }
    String id = arguments.getFirst();
    if (id.equals(STATS)) {
      errors.clear();
      output.line("errors are counted from 0 in 'show session stats'; the counters themselves go on");
      return;
    }
    String[] halves = id.split(":", -1);
    if (halves.length != 2 || !Words.isNumber(halves[0]) || !Words.isNumber(halves[1])) {
      throw usage("'" + id + "' is no session; 'show session verbose' shows them, for example 1:3");
    }
    int worker = Integer.parseInt(halves[0]);
    int slot = Integer.parseInt(halves[1]);
    if (worker >= queries.count()) {
      throw usage("there is no worker " + worker + ", the last one is " + (queries.count() - 1));
    }
    SessionError error = queries.order(worker, () -> parts.sessions().worker(worker).admin().clear(slot));
    switch (error) {
      case NONE -> output.line("session " + id + " is reset, its application is told");
      case NOSUPPORT -> throw CommandException.failure(
          id + " is a listener, which cannot be reset: stop its application or its plugin ('show app listeners')");
      case CLOSED -> throw CommandException.failure("the transport of session " + id
          + " has let go already; the session waits for its application to close it ('show app')");
      default -> throw CommandException.failure("there is no session " + id + " (any more)");
    }
  }
}
