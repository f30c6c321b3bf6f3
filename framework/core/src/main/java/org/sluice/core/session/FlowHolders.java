package org.sluice.core.session;

import java.lang.invoke.VarHandle;
import org.sluice.core.lookup.FlowTable;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.SessionState;

/**
 * Enters flows for sessions and half-opens; whom an entry is for says of which kind it is, so that a lookup reads
 * nothing but the entry. A flow belongs to one at a time, but one whose transport neither sends nor
 * receives any more has no use for it and hands it over, wherever it lives: so a peer may come back before the old
 * session has been deleted. Any worker; lock-free where the table is.
 */
final class FlowHolders {
  private final FlowTable flows;
  private final SessionWorker[] workers;

  FlowHolders(FlowTable flows, SessionWorker[] workers) {
    this.flows = flows;
    this.workers = workers;
  }

  // ---- Holders: the handle of a session, or that of a half-open, which is of worker 0, with another bit set.

  private static final long HALF_OPEN = Long.MIN_VALUE;

  /** The holder that a half-open is. */
  static long halfOpen(long handle) {
    return handle | HALF_OPEN;
  }

  static boolean isHalfOpen(long holder) {
    return holder < 0;
  }

  static long handle(long holder) {
    return holder & ~HALF_OPEN;
  }

  // ---- Flows.

  /** Enters a flow; false when somebody uses it, or the table is full. */
  boolean enter(FlowKey key, long holder) {
    return flows.add(key, holder) || inherit(key, holder);
  }

  /** The same for a flow that another has: lookups find the one or the other, at no moment neither. */
  boolean takeOver(FlowKey key, long from, long holder) {
    return flows.handOver(key, from, holder) || inherit(key, holder);
  }

  /** Takes a flow out, unless it has been handed over since. */
  void forget(FlowKey key, long holder) {
    flows.remove(key, holder);
  }

  private boolean inherit(FlowKey key, long to) {
    long holder = flows.find(key);
    return holder != Handle.INVALID && isOver(holder) && flows.handOver(key, holder, to);
  }

  /**
   * Whether a session's transport is closed. Asked on any worker: a state of the past is a refusal more, and one of
   * another session in that slot does no harm, because the entry is handed over by the first one's name only.
   */
  private boolean isOver(long holder) {
    if (isHalfOpen(holder)) {
      return false;
    }
    SessionSlot session = workers[Handle.worker(holder)].pool().peek(holder);
    if (session == null || session.handle != holder) {
      return false;
    }
    SessionState state = session.state;
    VarHandle.loadLoadFence();
    return session.handle == holder && state.compareTo(SessionState.TRANSPORT_CLOSED) >= 0;
  }
}
