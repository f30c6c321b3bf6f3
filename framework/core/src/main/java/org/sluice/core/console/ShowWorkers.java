package org.sluice.core.console;

import java.util.ArrayList;
import java.util.List;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerView;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** {@code show workers}: what the event loops do. A worker that does not answer does not hide the others. */
final class ShowWorkers extends StackCommand {
  private final StackParts parts;
  private final WorkerQueries queries;

  ShowWorkers(StackParts parts, WorkerQueries queries) {
    super("show workers", "", "Show the workers: turns, work, waiting messages, sessions, share of idle turns");
    this.parts = parts;
    this.queries = queries;
  }

  private record Answer(WorkerView worker, int sessions) {}

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    words(arguments).end();
    output.table("workers", Column.of("Worker", 12), Column.of("Turns", -14), Column.of("Work", -14),
        Column.of("Sleeps", -10), Column.of("Mailbox", -8), new Column("of", "mailbox_capacity", -6),
        Column.of("Timers", -8), Column.of("Sessions", -10), new Column("Idle %", "idle_percent", -7));
    List<String> silent = new ArrayList<>();
    for (int index = 0; index < queries.count() && !output.isCancelled(); index++) {
      StackWorker worker = parts.workers().worker(index);
      int sessionWorker = index;
      try {
        Answer answer = queries.ask(index,
            () -> new Answer(worker.view(), parts.sessions().worker(sessionWorker).liveSessions()));
        WorkerView view = answer.worker();
        output.row(worker.name(), view.turns(), view.work(), view.sleeps(), view.mailboxDepth(),
            view.mailboxCapacity(), view.timers(), answer.sessions(),
            view.turns() == 0 ? 0 : view.idleTurns() * 100 / view.turns());
      } catch (CommandException e) {
        silent.add(e.getMessage() + " (it has made " + worker.turnCount() / 2 + " turns)");
      }
    }
    if (!silent.isEmpty()) {
      throw CommandException.failure(String.join("\n", silent));
    }
  }
}
