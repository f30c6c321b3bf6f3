package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.core.stream.FifoStream;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.TransportConnection;

/**
 * Turns the records of an event queue into callbacks. An exception of a callback resets its session, if it has one that
 * can still be reset.
 */
final class EventDelivery {
  private final SessionWorker home;
  private final SessionLifecycle lifecycle;

  EventDelivery(SessionWorker home, SessionLifecycle lifecycle) {
    this.home = home;
    this.lifecycle = lifecycle;
  }

  void deliver(EventLane lane, int event, long handle) {
    StackSession session = home.pool().get(handle);
    if (session == null || session.lane != lane) {
      deliverOtherwise(lane, session, event, handle);
      return;
    }
    switch (event) {
      case SessionEvent.READABLE -> readable(lane, session);
      case SessionEvent.WRITABLE -> writable(lane, session);
      case SessionEvent.ACCEPTED -> accepted(lane, session);
      case SessionEvent.CONNECTED -> connected(lane, session);
      case SessionEvent.MIGRATED -> migrated(lane, session);
      case SessionEvent.DISCONNECTED -> ended(lane, session, event);
      case SessionEvent.RESET -> ended(lane, session, event);
      case SessionEvent.TRANSPORT_CLOSED -> ended(lane, session, event);
      case SessionEvent.CLEANUP_TRANSPORT -> cleanupTransport(lane, session);
      case SessionEvent.CLEANUP_SESSION -> cleanupSession(lane, session);
      default -> home.counters().staleEvents.increment(home.index());
    }
  }

  private void deliverOtherwise(EventLane lane, @Nullable StackSession session, int event, long handle) {
    HalfOpen halfOpen = home.pool().halfOpen(handle);
    boolean fits = event == SessionEvent.CONNECT_FAILED || event == SessionEvent.HALF_CLEANUP;
    if (fits && halfOpen != null && halfOpen.lane == lane) {
      home.halfOpens().deliver(lane, halfOpen, event);
    } else {
      home.moves().found(session, event);
    }
  }

  private void readable(EventLane lane, StackSession session) {
    if (session.streamBinding != null) {
      session.streamBinding.stream().readable();
      return;
    }
    FifoConsumer rx = session.rx;
    if (rx == null || session.has(SessionFlags.APP_CLOSED)) {
      return;
    }
    if (session.isFedByThread()) {
      rx.clearEvent();
    } else {
      rx.clearEventLightly();
    }
    if (rx.readableBytes() == 0) {
      return;
    }
    try {
      lane.callbacks().onReadable(session);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      failed(lane, session, "onReadable", e);
    }
  }

  private void writable(EventLane lane, StackSession session) {
    session.clear(SessionFlags.WRITABLE_DUE);
    if (session.streamBinding != null) {
      session.streamBinding.stream().writable();
      return;
    }
    if (session.tx == null || session.has(SessionFlags.APP_CLOSED)) {
      return;
    }
    try {
      lane.callbacks().onWritable(session);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      failed(lane, session, "onWritable", e);
    }
  }

  private void accepted(EventLane lane, StackSession session) {
    AcceptDecision decision;
    long handle = session.handle;
    session.set(SessionFlags.ANNOUNCED);
    session.clear(SessionFlags.OFFERED);
    if (session.has(SessionFlags.SHARED)) {
      listening(lane, session, handle);
      return;
    }
    try {
      decision = lane.callbacks().onAccept(session);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      lane.owner().faults().caught("onAccept", e);
      decision = AcceptDecision.REJECT;
    }
    if (session.handle != handle || session.lane != lane) {
      return;
    }
    if (decision == AcceptDecision.REJECT) {
      home.counters().error(home.index(), SessionError.REFUSED);
      lifecycle.detach(session, ControlEvents.RESET);
      return;
    }
    lifecycle.accepted(session);
    // An application that resets what it was just given refuses it in other words.
    if ((session.pendingControl & ControlEvents.RESET) == 0) {
      tellAccepted(session);
    }
    if (session.handle == handle && session.lane == lane) {
      announceWaiting(lane, session);
    }
  }

  private void listening(EventLane lane, StackSession session, long handle) {
    try {
      lane.callbacks().onListening(session);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      failed(lane, session, "onListening", e);
    }
    if (session.handle == handle && session.lane == lane) {
      announceWaiting(lane, session);
    }
  }

  private void tellAccepted(StackSession session) {
    TransportConnection connection = session.connection;
    boolean ended = session.state == SessionState.TRANSPORT_DELETED || session.has(SessionFlags.TRANSPORT_TOLD);
    if (connection == null || ended) {
      return;
    }
    TransportEntry transport = session.carrier();
    try {
      transport.vft().accepted(connection);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      lifecycle.transportFailed(session, transport, "accepted", e);
    }
  }

  /** What came before the application knew the session: data first, then the end. */
  private void announceWaiting(EventLane lane, StackSession session) {
    FifoNotices.readable(session);
    lane.postOwed(session);
  }

  private void connected(EventLane lane, StackSession session) {
    session.set(SessionFlags.ANNOUNCED);
    session.clear(SessionFlags.OFFERED);
    long handle = session.handle;
    try {
      lane.callbacks().onConnected(session, session.opaque);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      failed(lane, session, "onConnected", e);
    }
    if (session.handle == handle && session.lane == lane) {
      announceWaiting(lane, session);
    }
  }

  /** Nothing of the session is told at its new place before this callback has returned. */
  private void migrated(EventLane lane, StackSession session) {
    long handle = session.handle;
    long oldHandle = home.migrations().oldHandle(session);
    int asked = home.migrations().conclude(session);
    session.set(SessionFlags.ANNOUNCED);
    session.clear(SessionFlags.OFFERED);
    try {
      lane.callbacks().onMigrated(session, oldHandle);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      failed(lane, session, "onMigrated", e);
    }
    // Also when another worker of the application has taken it over: who asked was answered that it is done.
    if (session.handle == handle) {
      home.migrations().serve(session, asked);
    }
    if (session.handle == handle && session.lane == lane) {
      announceWaiting(lane, session);
    }
  }

  private void ended(EventLane lane, StackSession session, int event) {
    if (session.has(SessionFlags.APP_CLOSED) && event != SessionEvent.TRANSPORT_CLOSED) {
      return;
    }
    if (session.streamBinding != null) {
      ended(session.streamBinding.stream(), session, event);
      return;
    }
    try {
      switch (event) {
        case SessionEvent.DISCONNECTED -> lane.callbacks().onDisconnected(session);
        case SessionEvent.RESET -> lane.callbacks().onReset(session);
        default -> lane.callbacks().onTransportClosed(session);
      }
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      failed(lane, session, name(event), e);
    }
  }

  private static void ended(FifoStream stream, StackSession session, int event) {
    if (event == SessionEvent.RESET) {
      stream.aborted();
      return;
    }
    stream.endOfRead();
    // A peer that closed one direction still reads the other.
    if (event == SessionEvent.TRANSPORT_CLOSED || session.has(SessionFlags.PEER_GONE)) {
      stream.endOfWrite();
    }
  }

  private void cleanupTransport(EventLane lane, StackSession session) {
    cleanup(lane, session, CleanupPhase.TRANSPORT);
    if (session.lane == lane) {
      lifecycle.freeTransport(session);
    }
  }

  private void cleanupSession(EventLane lane, StackSession session) {
    cleanup(lane, session, CleanupPhase.SESSION);
    if (session.lane == lane) {
      lifecycle.free(session);
    }
  }

  private static void cleanup(EventLane lane, StackSession session, CleanupPhase phase) {
    try {
      lane.callbacks().onCleanup(session, phase);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      lane.owner().faults().caught("onCleanup", e);
    }
  }

  private void failed(EventLane lane, StackSession session, String where, Throwable what) {
    lane.owner().faults().caught(where, what);
    if (session.lane == lane && session.handle >= 0) {
      lifecycle.reset(session);
    }
  }

  private static String name(int event) {
    return switch (event) {
      case SessionEvent.DISCONNECTED -> "onDisconnected";
      case SessionEvent.RESET -> "onReset";
      default -> "onTransportClosed";
    };
  }
}
