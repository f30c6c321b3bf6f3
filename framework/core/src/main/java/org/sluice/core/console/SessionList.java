package org.sluice.core.console;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.sluice.core.session.SessionView;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;

/** Prints the sessions that pass a filter, at most a screenful per worker unless told otherwise. For one run. */
final class SessionList {
  /** Sessions shown per worker without {@code force-print}. */
  static final int MOST_SHOWN = 50;

  private final SessionScan scan;
  private final SessionFilter filter;
  private final String command;

  SessionList(SessionScan scan, SessionFilter filter, String command) {
    this.scan = scan;
    this.filter = filter;
    this.command = command;
  }

  /** What one query brings back: as many rows as there is room for, and the counts of all sessions. */
  private static final class Piece<R> {
    final SessionTally tally = new SessionTally();
    final List<R> rows = new ArrayList<>();
    final int room;
    int matches;

    Piece(int room) {
      this.room = room;
    }
  }

  void print(int workers, ConsoleOutput output) throws CommandException, InterruptedException {
    SessionTally total = new SessionTally();
    for (int worker = 0; worker < workers && !output.isCancelled(); worker++) {
      if (isWanted(worker)) {
        total.add(printRows(worker, output));
      }
    }
    if (filter.level() > 1) {
      SessionDetails.begin(output);
      for (int worker = 0; worker < workers && !output.isCancelled(); worker++) {
        if (isWanted(worker)) {
          readRows(worker, output, SessionDetails::new, details -> details.print(output));
        }
      }
    }
    output.value("active", total.active);
    output.value("closed", total.closed);
    output.value("half_opens", total.halfOpens);
    output.value("listeners", total.listeners);
  }

  private boolean isWanted(int worker) {
    return filter.worker() < 0 || filter.worker() == worker;
  }

  private SessionTally printRows(int worker, ConsoleOutput output) throws CommandException, InterruptedException {
    SessionRow.begin(output);
    Counts counts = readRows(worker, output, SessionRow::of, row -> row.print(output));
    SessionTally tally = counts.tally;
    String found = filter.wanted().isEmpty() ? "" : counts.matches + " match; ";
    output.line("Worker " + worker + ": " + found
        + (tally.sessions() == 0 ? "no sessions" : tally.active + " active, " + tally.closed + " closed")
        + tally.others());
    if (counts.matches > counts.shown) {
      output.line("  " + (counts.matches - counts.shown) + " more are not shown; '" + command + " "
          + filter.forced(worker) + "' shows them");
    }
    return tally;
  }

  private static final class Counts {
    final SessionTally tally = new SessionTally();
    long matches;
    long shown;
  }

  private <R> Counts readRows(
      int worker, ConsoleOutput output, Function<SessionView, R> read, Consumer<R> sink)
      throws CommandException, InterruptedException {
    Counts counts = new Counts();
    Supplier<Piece<R>> pieces =
        () -> new Piece<>(filter.force() ? Integer.MAX_VALUE : (int) (MOST_SHOWN - counts.shown));
    scan.read(worker, output, pieces, (piece, session) -> add(piece, session, read), piece -> {
      counts.tally.add(piece.tally);
      counts.matches += piece.matches;
      counts.shown += piece.rows.size();
      piece.rows.forEach(sink);
    });
    return counts;
  }

  /** On the worker; a session without room for its row is not formatted. */
  private <R> void add(Piece<R> piece, SessionView session, Function<SessionView, R> read) {
    piece.tally.count(session);
    if (filter.matches(session)) {
      piece.matches++;
      if (piece.rows.size() < piece.room) {
        piece.rows.add(read.apply(session));
      }
    }
  }
}
