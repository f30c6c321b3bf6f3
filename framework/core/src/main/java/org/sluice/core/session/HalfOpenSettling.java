package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.TransportConnection;

/** What worker 0 does about reported half-opens: tells their applications, in order, and frees them. */
final class HalfOpenSettling {
  private final SessionWorker home;

  HalfOpenSettling(SessionWorker home) {
    this.home = home;
  }

  /** Queues the application's events for what was reported since; idempotent. */
  void settle(HalfOpen halfOpen) {
    if (halfOpen.phase() != HalfOpen.ANSWERED) {
      return;
    }
    if (halfOpen.state == SessionState.CONNECTING) {
      home.lifecycle().move(halfOpen, SessionState.TRANSPORT_CLOSED);
    }
    EventLane lane = halfOpen.lane;
    if (lane != null && halfOpen.error() != 0 && !halfOpen.failureQueued) {
      halfOpen.failureQueued = true;
      lane.post(halfOpen, SessionEvent.CONNECT_FAILED);
    }
    if (!halfOpen.isDeleted() || halfOpen.cleanupQueued) {
      return;
    }
    halfOpen.cleanupQueued = true;
    if (lane == null) {
      finish(halfOpen);
    } else {
      lane.post(halfOpen, SessionEvent.HALF_CLEANUP);
    }
  }

  /** Calls the application for an event of {@link #settle}. */
  void deliver(EventLane lane, HalfOpen halfOpen, int event) {
    long handle = halfOpen.handle;
    try {
      if (event == SessionEvent.CONNECT_FAILED) {
        SessionError error = SessionError.of(halfOpen.error());
        home.counters().error(home.index(), error);
        lane.callbacks().onConnectFailed(error, halfOpen.opaque, halfOpen.refused ? Handle.INVALID : handle);
      } else if (!halfOpen.refused) {
        lane.callbacks().onHalfOpenCleanup(handle, halfOpen.opaque);
      }
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      lane.owner().faults().caught("onConnectFailed or onHalfOpenCleanup", e);
    }
    if (event == SessionEvent.HALF_CLEANUP && halfOpen.names(handle)) {
      finish(halfOpen);
    }
  }

  /** Tells the transport to free what it has; for one that was PENDING when it was taken from it. */
  void cleanupTransport(HalfOpen halfOpen) {
    TransportEntry transport = halfOpen.transport;
    if (transport != null) {
      cleanup(transport, halfOpen.connection());
    }
  }

  void cleanup(TransportEntry transport, @Nullable TransportConnection connection) {
    if (connection == null) {
      return;
    }
    try {
      transport.vft().cleanupHalfOpen(connection);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("cleanupHalfOpen", e);
    }
  }

  /** Frees one that is ANSWERED and DELETED. */
  void finish(HalfOpen halfOpen) {
    Runnable free = halfOpen.free();
    TransportEntry transport = halfOpen.transport;
    release(halfOpen);
    run(free, transport);
  }

  /** Frees at once what its transport has asked to free, though its application has not seen the result. */
  void freeTransport(HalfOpen halfOpen) {
    Runnable free = halfOpen.isDeleted() ? halfOpen.free() : null;
    if (free != null) {
      halfOpen.free(null);
      halfOpen.connection(null);
      run(free, halfOpen.transport);
    }
  }

  private static void run(@Nullable Runnable free, @Nullable TransportEntry transport) {
    if (free == null) {
      return;
    }
    try {
      free.run();
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      if (transport != null) {
        transport.faults().caught("free", e);
      }
    }
  }

  /** Frees one that nobody holds; its connect is not outstanding any more. */
  void release(HalfOpen halfOpen) {
    SessionOwner owner = halfOpen.owner();
    recycle(halfOpen);
    if (owner != null) {
      owner.connectAnswered();
    }
  }

  /** Frees one that nobody holds and that its application still counts. */
  void recycle(HalfOpen halfOpen) {
    halfOpen.end();
    EventLane lane = halfOpen.lane;
    if (lane != null) {
      lane.remove(halfOpen);
    }
    halfOpen.flags = 0;
    home.pool().free(halfOpen);
  }
}
