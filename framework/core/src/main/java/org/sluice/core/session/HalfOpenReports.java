package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.transport.TransportConnection;

/**
 * What transports report of half-opens, on one worker: answers, moves, and that they have let go. A report that comes
 * too late, by a handle that is stale or after another, finds nothing to claim and changes nothing.
 */
final class HalfOpenReports {
  private static final Logger LOG = LoggerFactory.getLogger(HalfOpenReports.class);

  private final HalfOpens table;
  private final FlowHolders flows;
  private final FlowKey key = new FlowKey();

  HalfOpenReports(HalfOpens table, FlowHolders flows) {
    this.table = table;
    this.flows = flows;
  }

  // ---- Answers.

  /** The half-open whose answer is the caller's from now on, to be concluded; null when it is too late. */
  @Nullable HalfOpen claim(long handle) {
    HalfOpen halfOpen = table.get(handle);
    return halfOpen != null && halfOpen.claim(handle) != HalfOpen.TOO_LATE ? halfOpen : null;
  }

  /**
   * Ends what {@link #claim} began.
   *
   * @param result not negative when there is a session now, else the error that the application is told
   */
  void conclude(HalfOpen halfOpen, long handle, long result) {
    forgetFlow(halfOpen, handle);
    if (halfOpen.conclude((int) Math.min(result, 0))) {
      table.settleOrPost(halfOpen);
    }
  }

  /** The connect failed; the application is told on worker 0. */
  long fail(long handle, int error) {
    HalfOpen halfOpen = claim(handle);
    if (halfOpen == null) {
      return SessionError.CANCELLED.code();
    }
    conclude(halfOpen, handle, error);
    return 0;
  }

  /** The lookup entry goes with the answer, unless the session has taken it over. */
  void forgetFlow(HalfOpen halfOpen, long handle) {
    TransportEntry transport = halfOpen.transport;
    TransportConnection connection = halfOpen.connection();
    if (transport != null && connection != null && !transport.noLookup()) {
      flows.forget(key.set(connection), FlowHolders.halfOpen(handle));
    }
  }

  // ---- Ends.

  /**
   * The transport has let go.
   *
   * @param free frees its connection when the application has seen the result; null when it does so by itself
   * @return false when it is too late, and free is not kept
   */
  boolean delete(long handle, @Nullable Runnable free) {
    HalfOpen halfOpen = table.get(handle);
    int found = halfOpen == null ? HalfOpen.TOO_LATE : halfOpen.claimDelete(handle);
    if (halfOpen == null || found == HalfOpen.TOO_LATE) {
      return false;
    }
    halfOpen.free(free);
    if (found < HalfOpen.ANSWERING) {
      LOG.warn("half-open {}: its transport let go without an answer", Handle.text(handle));
      conclude(halfOpen, handle, SessionError.UNKNOWN.code());
    }
    halfOpen.deleted();
    table.settleOrPost(halfOpen);
    return true;
  }

  // ---- Moves.

  /** Worker 0. */
  void migrate(long handle) {
    HalfOpen halfOpen = table.get(handle);
    if (halfOpen != null && halfOpen.move(handle, HalfOpen.PENDING, HalfOpen.MIGRATING)) {
      // Only worker 0 frees it, so it still has this slot. What forgets the flow later has no connection to tell it by.
      forgetFlow(halfOpen, handle);
      halfOpen.connection(null);
    }
  }

  int migrated(long handle) {
    HalfOpen halfOpen = table.get(handle);
    boolean alive = halfOpen != null && halfOpen.move(handle, HalfOpen.MIGRATING, HalfOpen.MIGRATED);
    return alive ? 0 : SessionError.CANCELLED.code();
  }
}
