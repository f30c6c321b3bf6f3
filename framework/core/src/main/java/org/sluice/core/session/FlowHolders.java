package org.sluice.core.session;

import java.lang.invoke.VarHandle;
import org.sluice.core.lookup.FlowTable;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.SessionState;

/**
 * Enters flows for sessions and half-opens. A flow belongs to one at a time, but one whose transport neither sends nor
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

  /** Enters a flow; false when somebody uses it, or the table is full. */
  boolean enter(FlowKey key, long handle) {
    return flows.add(key, handle) || inherit(key, handle);
  }

  /** The same for a flow that a half-open has: lookups find the one or the other, at no moment neither. */
  boolean takeOver(FlowKey key, long halfOpen, long handle) {
    return flows.handOver(key, halfOpen, handle) || inherit(key, handle);
  }

  /** Takes a flow out, unless it has been handed over since. */
  void forget(FlowKey key, long handle) {
    flows.remove(key, handle);
  }

  private boolean inherit(FlowKey key, long handle) {
    long holder = flows.find(key);
    return holder >= 0 && isOver(holder) && flows.handOver(key, holder, handle);
  }

  /**
   * Whether a session's transport is closed. Asked on any worker: a state of the past is a refusal more, and one of
   * another session in that slot does no harm, because the entry is handed over by the first one's name only.
   */
  private boolean isOver(long holder) {
    SessionSlot session = workers[Handle.worker(holder)].pool().peek(holder);
    if (session == null || session.handle != holder) {
      return false;
    }
    SessionState state = session.state;
    VarHandle.loadLoadFence();
    return session.handle == holder && state.compareTo(SessionState.TRANSPORT_CLOSED) >= 0;
  }
}
