package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.segment.FifoLease;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.EndReason;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.TransportConnection;

/**
 * The life of sessions on one worker: what application and transport report, the states that follow from it, and the
 * freeing when both have let go. Each report is idempotent by comparison of states.
 */
final class SessionLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(SessionLifecycle.class);

  private final SessionWorker home;
  private final StateEvents recorder = new StateEvents();

  SessionLifecycle(SessionWorker home) {
    this.home = home;
  }

  /** Moves a session to another state if that is legal; an illegal one is counted, logged and refused. */
  boolean move(SessionSlot session, SessionState to) {
    SessionState from = session.state;
    if (!SessionTransitions.isLegal(from, to)) {
      home.counters().illegalTransitions.increment(home.index());
      LOG.warn("session {}: transition {} to {} refused", Handle.text(session.handle), from, to);
      return false;
    }
    session.state = to;
    if (from == SessionState.OPENED && to != SessionState.CLOSING && session.has(SessionFlags.SHARED)) {
      lost(session);
    }
    if (session instanceof StackSession changed) {
      if (from == SessionState.CREATED || from == SessionState.CONNECTING) {
        home.records().began(changed);
      }
      recorder.changed(changed, from);
    }
    return true;
  }

  /** A half-open knows where it connects to, which it does not when its state changes. */
  void connecting(HalfOpen halfOpen) {
    recorder.connecting(halfOpen);
  }

  /** A session that serves a listener has ended, and the listener has not. */
  private void lost(SessionSlot session) {
    EventLane lane = session.lane;
    home.counters().listenerSessionsLost.increment(home.index());
    if (lane != null) {
      lane.owner().listenerSessionLost(session.handle);
    }
  }

  // ---- The application's calls.

  SessionError close(StackSession session) {
    return servesListener(session) ? SessionError.NOSUPPORT : end(session, ControlEvents.CLOSE);
  }

  SessionError reset(StackSession session) {
    return servesListener(session) ? SessionError.NOSUPPORT : end(session, ControlEvents.RESET);
  }

  /** Such a session is its listener's: peers that nobody knows of would go unheard if its application could end it. */
  private static boolean servesListener(StackSession session) {
    return session.has(SessionFlags.SHARED) && session.state == SessionState.OPENED;
  }

  /** The listener that the session serves goes. */
  void endListening(StackSession session) {
    if (servesListener(session)) {
      end(session, ControlEvents.CLOSE);
    }
  }

  SessionError shutdown(StackSession session) {
    if (session.has(SessionFlags.MIGRATING)) {
      return home.migrations().ask(session, ControlEvents.HALF_CLOSE);
    }
    if (servesListener(session)) {
      return SessionError.NOSUPPORT;
    }
    if (session.has(SessionFlags.APP_CLOSED | SessionFlags.TX_SHUTDOWN)) {
      return SessionError.NONE;
    }
    SessionState state = session.state;
    if (state != SessionState.ACCEPTING && state != SessionState.READY && state != SessionState.OPENED
        && state != SessionState.TRANSPORT_CLOSING) {
      return SessionError.CONFLICT;
    }
    session.set(SessionFlags.TX_SHUTDOWN);
    home.control().program(session, ControlEvents.HALF_CLOSE);
    return SessionError.NONE;
  }

  /** The transport is told from a control event, never inline: the caller may be inside one of its calls. */
  private SessionError end(StackSession session, int control) {
    if (session.has(SessionFlags.MIGRATING)) {
      return home.migrations().ask(session, control);
    }
    endStreams(session, control == ControlEvents.RESET ? ParentStreams.RESET : ParentStreams.CLOSE);
    boolean first = !session.has(SessionFlags.APP_CLOSED);
    EndReasons.note(session,
        control == ControlEvents.RESET ? EndReason.APPLICATION_RESET : EndReason.APPLICATION_CLOSED);
    session.set(SessionFlags.APP_CLOSED);
    StreamBinding.shut(session);
    leavePeer(session);
    switch (session.state) {
      case TRANSPORT_CLOSED -> move(session, SessionState.CLOSED);
      case TRANSPORT_DELETED -> cleanupSession(session);
      case ACCEPTING, READY, OPENED, TRANSPORT_CLOSING -> {
        move(session, SessionState.CLOSING);
        home.control().program(session, control);
      }
      case CLOSING, APP_CLOSED -> {
        if (control == ControlEvents.RESET && !first) {
          home.control().program(session, control);
        }
      }
      default -> {
        // CREATED, CONNECTING: the application does not know the session yet. CLOSED: nothing is left to be told.
      }
    }
    return SessionError.NONE;
  }

  // ---- The transport is left.

  /** A transport that throws loses its session: nothing more can be asked of that connection. */
  void transportFailed(StackSession session, TransportEntry transport, String where, Throwable what) {
    transport.faults().caught(where, what);
    evict(session, transport);
  }

  /** Takes a session from its transport: the application sees a reset, the connection is cleaned up. */
  void evict(StackSession session, TransportEntry transport) {
    TransportConnection connection = session.connection;
    if (connection == null) {
      return;
    }
    endStreams(session, ParentStreams.TRANSPORT_GONE);
    if (session.freeConnection != null) {
      // The transport has let go and waits to free it; to clean it up too would free it twice.
      freeTransport(session);
      return;
    }
    EndReasons.note(session, EndReason.EVICTED);
    resetNotify(session);
    try {
      transport.vft().cleanup(connection);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("cleanup", e);
    }
    if (session.connection == connection) {
      deleteNotify(session, null);
    }
  }

  // ---- The transport's reports.

  int acceptNotify(StackSession session) {
    EventLane lane = session.lane;
    if (lane == null) {
      return SessionError.NOAPP.code();
    }
    if (session.state != SessionState.CREATED || !move(session, SessionState.ACCEPTING)) {
      return SessionError.CONFLICT.code();
    }
    session.set(SessionFlags.OFFERED);
    lane.post(session, SessionEvent.ACCEPTED);
    return 0;
  }

  /** The application took the session: what it wrote so far may leave. */
  void accepted(StackSession session) {
    if (session.state == SessionState.ACCEPTING && move(session, SessionState.READY)) {
      home.tx().scheduleWaiting(session);
    }
  }

  /** What ends a session ends its streams before it. */
  private void endStreams(StackSession session, ParentStreams.End how) {
    if (session.has(SessionFlags.PARENT)) {
      home.parents().end(session, how);
    }
  }

  void closingNotify(StackSession session) {
    endStreams(session, ParentStreams.PEER_CLOSED);
    transportEnds(session, SessionEvent.DISCONNECTED);
  }

  void resetNotify(StackSession session) {
    endStreams(session, ParentStreams.PEER_RESET);
    session.set(SessionFlags.PEER_RESET);
    transportEnds(session, SessionEvent.RESET);
  }

  private void transportEnds(StackSession session, int event) {
    SessionState state = session.state;
    if (state.compareTo(SessionState.TRANSPORT_CLOSING) >= 0) {
      return;
    }
    EndReasons.note(session, event == SessionEvent.RESET ? EndReason.PEER_RESET : EndReason.PEER_CLOSED);
    if (move(session, SessionState.TRANSPORT_CLOSING)) {
      home.post(session, event);
    }
  }

  void closedNotify(StackSession session) {
    endStreams(session, ParentStreams.TRANSPORT_CLOSED);
    if (session.state.compareTo(SessionState.TRANSPORT_CLOSED) >= 0) {
      return;
    }
    // The flag says more than the state of a stream that ended with its parent before it was offered.
    boolean both = session.state == SessionState.CLOSING || session.state == SessionState.APP_CLOSED;
    if (!both) {
      EndReasons.note(session, EndReason.TRANSPORT_CLOSED);
      closingNotify(session);
    }
    if (session.state == SessionState.CLOSING) {
      move(session, SessionState.APP_CLOSED);
    }
    move(session, both ? SessionState.CLOSED : SessionState.TRANSPORT_CLOSED);
    session.set(SessionFlags.PEER_GONE);
    home.post(session, SessionEvent.TRANSPORT_CLOSED);
  }

  /**
   * The transport lets go of its connection.
   *
   * @param free frees the connection after the application has seen its statistics; null when the transport does so on
   *     return
   */
  void deleteNotify(StackSession session, @Nullable Runnable free) {
    SessionState state = session.state;
    if (state == SessionState.TRANSPORT_DELETED) {
      runFree(session, free);
      return;
    }
    endStreams(session, ParentStreams.TRANSPORT_GONE);
    home.flows().forget(session);
    home.tx().remove(session);
    session.clear(SessionFlags.CUSTOM_TX);
    session.set(SessionFlags.PEER_GONE);
    boolean hidden = !session.has(SessionFlags.ANNOUNCED | SessionFlags.OFFERED);
    boolean open = state == SessionState.READY || state == SessionState.OPENED;
    move(session, SessionState.TRANSPORT_DELETED);
    if (open) {
      home.counters().unexpectedDeletes.increment(home.index());
      LOG.warn("session {}: its transport deleted an open connection", Handle.text(session.handle));
    }
    if (hidden) {
      home.records().forget(session);
    } else {
      home.records().ended(session);
    }
    if (free == null) {
      unlinkConnection(session);
    } else {
      session.freeConnection = free;
    }
    if (session.lane == null || hidden) {
      free(session);
      return;
    }
    if (state == SessionState.ACCEPTING) {
      // Nobody has said so yet, and an application that is being given the session must hear that it is over.
      home.post(session, SessionEvent.DISCONNECTED);
    }
    home.post(session, SessionEvent.CLEANUP_TRANSPORT);
    if (open || session.has(SessionFlags.APP_CLOSED)) {
      cleanupSession(session);
    }
  }

  private void cleanupSession(StackSession session) {
    if (!session.has(SessionFlags.CLEANUP_DUE)) {
      session.set(SessionFlags.CLEANUP_DUE);
      home.post(session, SessionEvent.CLEANUP_SESSION);
    }
  }

  // ---- The application leaves.

  /**
   * Takes the session from its application, which gets no event any more: an open connection is closed in good order, a
   * refused one reset; the session goes with it.
   */
  void detach(StackSession session, int control) {
    EventLane lane = session.lane;
    if (session.has(SessionFlags.PARENT)) {
      home.parents().detach(session, lane, control);
    }
    EndReasons.note(session, control == ControlEvents.RESET ? EndReason.REFUSED : EndReason.DETACHED);
    home.records().leaves(session);
    if (lane != null) {
      lane.remove(session);
    }
    session.attachment = null;
    if (session.has(SessionFlags.MIGRATING)) {
      // Its application leaves the other worker too.
      return;
    }
    if (session.has(SessionFlags.ARRIVING)) {
      int _ = home.migrations().conclude(session);
    }
    session.set(SessionFlags.APP_CLOSED);
    StreamBinding.shut(session);
    leavePeer(session);
    SessionState state = session.state;
    if (state == SessionState.TRANSPORT_DELETED || session.connection == null) {
      free(session);
    } else if (state == SessionState.TRANSPORT_CLOSED) {
      move(session, SessionState.CLOSED);
    } else if (state.compareTo(SessionState.TRANSPORT_CLOSING) <= 0) {
      if (state == SessionState.CREATED) {
        move(session, SessionState.ACCEPTING);
      }
      move(session, SessionState.CLOSING);
      home.control().program(session, control);
    }
  }

  /** Nobody reads any more what a local peer writes. */
  private static void leavePeer(StackSession session) {
    StackSession peer = session.peer;
    if (peer != null) {
      peer.set(SessionFlags.PEER_GONE);
    }
  }

  // ---- Freeing.

  void freeTransport(StackSession session) {
    Runnable free = session.freeConnection;
    session.freeConnection = null;
    unlinkConnection(session);
    runFree(session, free);
  }

  private void runFree(StackSession session, @Nullable Runnable free) {
    if (free == null) {
      return;
    }
    try {
      free.run();
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      session.carrier().faults().caught("free", e);
    }
  }

  private static void unlinkConnection(StackSession session) {
    TransportConnection connection = session.connection;
    session.connection = null;
    if (connection != null && connection.sessionHandle() == session.handle) {
      connection.sessionHandle(Handle.INVALID);
    }
  }

  /** Frees the session with its FIFO sides; nobody is told. */
  void free(StackSession session) {
    if (session.connection != null || session.freeConnection != null) {
      freeTransport(session);
    }
    home.unlist(session);
    if (session.has(SessionFlags.ARRIVING)) {
      int _ = home.migrations().conclude(session);
    }
    if (session.has(SessionFlags.PARENT | SessionFlags.STREAM)) {
      home.parents().leave(session);
    }
    EventLane lane = session.lane;
    if (lane != null) {
      lane.remove(session);
    }
    leaveFifos(session);
    StackSession peer = session.peer;
    if (peer != null) {
      leavePeer(session);
      peer.peer = null;
      session.peer = null;
    }
    session.attachment = null;
    session.transport = null;
    home.pool().free(session);
  }

  void leaveFifos(StackSession session) {
    if (session.peerLease != null) {
      // The local peer for whom the other sides are never came.
      Fifo.abandon(session.requireMemory(), session.rxOffset, Fifo.PRODUCER);
      Fifo.abandon(session.requireMemory(), session.txOffset, Fifo.CONSUMER);
    }
    FifoConsumer rx = session.rx;
    FifoProducer tx = session.tx;
    FifoConsumer txOut = session.txOut;
    FifoProducer rxIn = session.rxIn;
    // Before the next session can have them.
    session.rx = null;
    session.tx = null;
    session.rxIn = null;
    session.txOut = null;
    home.sides().leave(rx);
    home.sides().leave(tx);
    home.sides().leave(txOut);
    home.sides().leave(rxIn);
    session.memory = null;
    FifoLease lease = session.lease;
    FifoLease peerLease = session.peerLease;
    StreamBinding binding = session.streamBinding;
    session.lease = null;
    session.peerLease = null;
    session.streamBinding = null;
    if (binding != null) {
      binding.revoke(lease);
    } else if (lease != null) {
      lease.release();
    }
    if (peerLease != null) {
      peerLease.release();
    }
  }
}
