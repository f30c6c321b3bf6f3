package org.sluice.core.console;

import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.sluice.core.session.SessionCore;
import org.sluice.core.session.SessionView;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;

/** Reads the sessions of a worker in pieces, so that a worker with a million of them is not held up. */
final class SessionScan {
  private static final int SLOTS_PER_QUERY = 512;

  private final SessionCore sessions;
  private final WorkerQueries queries;

  SessionScan(SessionCore sessions, WorkerQueries queries) {
    this.sessions = sessions;
    this.queries = queries;
  }

  /** Takes what was read of one piece, on the console thread. */
  interface Sink<P> {
    void take(P piece) throws CommandException;
  }

  private record Piece<P>(P content, int nextSlot) {}

  /**
   * Reads all sessions of a worker, unless the user gives up.
   *
   * @param worker which
   * @param output asked whether the user gave up
   * @param pieces makes an empty piece; on the console thread
   * @param reader adds a session to a piece; on the worker
   * @param sink takes each filled piece; on the console thread
   */
  <P> void read(
      int worker, ConsoleOutput output, Supplier<P> pieces, BiConsumer<P, SessionView> reader, Sink<P> sink)
      throws CommandException, InterruptedException {
    for (int slot = 0; slot >= 0 && !output.isCancelled(); ) {
      int from = slot;
      P empty = pieces.get();
      Piece<P> piece = queries.ask(worker, () -> new Piece<>(empty,
          sessions.worker(worker).admin().forEachSession(from, SLOTS_PER_QUERY, view -> reader.accept(empty, view))));
      sink.take(piece.content());
      slot = piece.nextSlot();
    }
  }
}
