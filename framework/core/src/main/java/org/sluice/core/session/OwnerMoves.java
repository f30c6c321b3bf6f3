package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.session.SessionState;

/**
 * The taking over of a session by another worker of its application, on one stack worker. The session stays where it
 * is, with its FIFOs, its handle and its lease on their memory; what changes is the lane that its events go by.
 *
 * <p>Events that wait in the old lane's queue belong to the new owner. They cannot be taken out of a queue, so a record
 * is put behind them: what is found before it is kept with the session, as bits in the order of the contract, like what
 * happens meanwhile; when the record is found all of it is posted to the new lane. So none is lost, told twice, or told
 * before an earlier one. Owned by the worker.
 */
final class OwnerMoves {
  private final SessionWorker home;

  OwnerMoves(SessionWorker home) {
    this.home = home;
  }

  /** Gives a session to another application worker; NONE, or why not. */
  SessionError takeOver(long handle, SessionOwner owner) {
    SessionError refusal = check(handle, owner);
    StackSession session = home.pool().get(handle);
    if (refusal != SessionError.NONE || session == null || session.lane == null || session.lane.owner() == owner) {
      return refusal;
    }
    // Before any event of the session; the application may do anything then.
    long segment = session.segmentHandle;
    owner.segmentTaken(segment);
    refusal = check(handle, owner);
    EventLane from = session.lane;
    if (refusal != SessionError.NONE || from == null || from.owner() == owner) {
      owner.segmentLeft(segment);
      return refusal;
    }
    EventLane to = owner.lane(home.index());
    StackSession peer = session.peer;
    if (peer != null) {
      peer.peerQueue = to.handle();
    }
    from.handOver(session, to);
    home.counters().takenOver.increment(home.index());
    return SessionError.NONE;
  }

  private SessionError check(long handle, SessionOwner owner) {
    StackSession session = home.pool().get(handle);
    EventLane lane = session == null ? null : session.lane;
    if (session == null || lane == null) {
      return SessionError.NOSESSION;
    }
    if (!owner.sharesApplication(lane.owner())) {
      return SessionError.OWNER;
    }
    if (lane.owner() == owner) {
      return SessionError.NONE;
    }
    if (session.has(SessionFlags.SHARED)) {
      // It is what that worker has of its listener, and goes when that worker stops listening.
      return SessionError.NOSUPPORT;
    }
    EventLane to = owner.lane(home.index());
    if (to.isClosed() || owner.isDetached()) {
      return SessionError.NOAPP;
    }
    if (session.has(SessionFlags.APP_CLOSED) || session.state == SessionState.TRANSPORT_DELETED) {
      return SessionError.CLOSED;
    }
    if (!isAtRest(session)) {
      return SessionError.CONFLICT;
    }
    return to.isCongested() ? SessionError.MQ_FULL : SessionError.NONE;
  }

  /** Whether nobody has hold of the session: its present owner knows it, no move, no view and no stream is open. */
  private static boolean isAtRest(StackSession session) {
    FifoConsumer rx = session.rx;
    FifoProducer tx = session.tx;
    boolean known = session.has(SessionFlags.ANNOUNCED) && session.state.compareTo(SessionState.READY) >= 0;
    return known && !session.has(SessionFlags.MOVING) && rx != null && tx != null
        && !rx.isViewOpen() && !tx.isViewOpen();
  }

  /** A record was found in the queue of a lane that has its session no more. */
  void found(@Nullable StackSession session, int event) {
    if (session == null || !session.has(SessionFlags.MOVING)) {
      home.counters().staleEvents.increment(home.index());
    } else if (event == SessionEvent.HANDED_OVER) {
      arrive(session);
    } else {
      session.owedEvents |= (short) (1 << event);
    }
  }

  /** Nothing waits in the old queue any more: the new owner is told of what it has not been told yet. */
  void arrive(StackSession session) {
    session.clear(SessionFlags.MOVING);
    EventLane lane = session.lane;
    if (lane == null) {
      return;
    }
    boolean untold = (session.owedEvents & (1 << SessionEvent.DISCONNECTED | 1 << SessionEvent.RESET)) != 0;
    if (untold || session.state.compareTo(SessionState.TRANSPORT_CLOSING) < 0) {
      // Before the end. Also of what the old owner has seen and left unread.
      FifoNotices.readable(session);
    }
    lane.postOwed(session);
  }
}
