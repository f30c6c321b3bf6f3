package org.sluice.core.console;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerView;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** {@code show workers}: what the event loops do. A worker that does not answer does not hide the others. */
final class ShowWorkers extends StackCommand {
  private static final long NS_PER_SECOND = 1_000_000_000;

  private final StackParts parts;
  private final WorkerQueries queries;

  ShowWorkers(StackParts parts, WorkerQueries queries) {
    super("show workers", "", "Show the workers: turns, work, waiting messages, sessions, share of idle turns");
    this.parts = parts;
    this.queries = queries;
  }

  /** What is known of a worker that does not answer. */
  private String silence(StackWorker worker, String refusal) {
    long turn = worker.turnCount();
    long lastsNs = worker.turnLastsNs();
    boolean stuck = lastsNs > StackCommands.PATIENCE.toNanos() && worker.turnCount() == turn;
    return stuck ? worker.name() + " does not answer since " + lastsNs / NS_PER_SECOND + " s: it has been in turn "
        + (turn / 2 + 1) + " all the time; the log says in whose callback, if stack.watchdog is on"
        : refusal + " (it has made " + turn / 2 + " turns)";
  }

  private record Answer(WorkerView worker, int sessions) {}

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    words(arguments).end();
    output.table("workers", Column.of("Worker", 12), Column.of("Turns", -14), Column.of("Work", -14),
        Column.of("Sleeps", -10), Column.of("Mailbox", -8), new Column("of", "mailbox_capacity", -6),
        Column.of("Timers", -8), Column.of("Sessions", -10), new Column("Idle %", "idle_percent", -7));
    // All are asked before the first one is waited for: several that are stuck cost the patience for one.
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (int index = 0; index < queries.count(); index++) {
      StackWorker worker = parts.workers().worker(index);
      int sessionWorker = index;
      answers.add(parts.workers().query(index,
          () -> new Answer(worker.view(), parts.sessions().worker(sessionWorker).liveSessions())));
    }
    List<String> silent = new ArrayList<>();
    for (int index = 0; index < queries.count() && !output.isCancelled(); index++) {
      StackWorker worker = parts.workers().worker(index);
      try {
        Answer answer = queries.await(index, answers.get(index));
        WorkerView view = answer.worker();
        output.row(worker.name(), view.turns(), view.work(), view.sleeps(), view.mailboxDepth(),
            view.mailboxCapacity(), view.timers(), answer.sessions(),
            view.turns() == 0 ? 0 : view.idleTurns() * 100 / view.turns());
      } catch (CommandException e) {
        silent.add(silence(worker, String.valueOf(e.getMessage())));
      }
    }
    if (!silent.isEmpty()) {
      throw CommandException.failure(String.join("\n", silent));
    }
  }
}
