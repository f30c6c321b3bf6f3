package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.SessionState;

/**
 * What a worker has in a slot of its pool: a session, or the half-open that stands for one. What both need to have a
 * name, a state, and events for their application. Only the worker touches it, except where said.
 */
abstract sealed class SessionSlot extends SessionLinks permits SessionControlBlock, HalfOpen {
  final SessionWorker home;
  final int slot;

  // Read by any context through readiness(); a snapshot is all that is promised there.
  volatile long handle = Handle.INVALID;
  SessionState state = SessionState.CREATED;
  int flags;
  @Nullable TransportEntry transport;
  @Nullable EventLane lane;
  long opaque;

  // Links of its lane's list.
  @Nullable SessionSlot laneNext;
  @Nullable SessionSlot lanePrevious;
  short pendingEvents;
  short owedEvents;

  SessionSlot(SessionWorker home, int slot) {
    this.home = home;
    this.slot = slot;
  }

  final boolean has(int flag) {
    return (flags & flag) != 0;
  }

  final void set(int flag) {
    flags |= flag;
  }

  final void clear(int flag) {
    flags &= ~flag;
  }

  @Override
  public final String toString() {
    return Handle.text(handle) + " " + state.label();
  }
}
