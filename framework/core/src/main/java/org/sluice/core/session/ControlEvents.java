package org.sluice.core.session;

import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.TransportConnection;

/**
 * Control events: what applications asked of sessions of one worker reaches their transports, once in each turn and
 * before its transmission. Owned by the worker.
 */
final class ControlEvents {
  static final int HALF_CLOSE = 1;
  static final int CLOSE = 2;
  static final int RESET = 4;

  private final SessionLifecycle lifecycle;
  private final SessionQueue programmed = new SessionQueue(SessionLinks.CONTROL);
  private final SessionQueue turn = new SessionQueue(SessionLinks.CONTROL);

  ControlEvents(SessionLifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  boolean isEmpty() {
    return programmed.isEmpty() && turn.isEmpty();
  }

  /** How many sessions wait, counted up to a number. */
  int count(int most) {
    return Math.min(most, programmed.count(most) + turn.count(most));
  }

  void program(StackSession session, int what) {
    session.pendingControl |= (byte) what;
    if (!session.isQueued(SessionLinks.CONTROL)) {
      programmed.append(session);
    }
  }

  void remove(StackSession session) {
    session.pendingControl = 0;
    session.leave(SessionLinks.CONTROL);
  }

  /** Serves what was asked before this turn's transmission; what that brings about waits for the next turn. */
  int run() {
    int done = 0;
    turn.prependAll(programmed);
    for (StackSession session = turn.first(); session != null; session = turn.first()) {
      session.leave(SessionLinks.CONTROL);
      int pending = session.pendingControl;
      session.pendingControl = 0;
      tell(session, pending);
      done++;
    }
    return done;
  }

  private void tell(StackSession session, int pending) {
    TransportConnection connection = session.connection;
    if (connection == null || session.state.compareTo(SessionState.TRANSPORT_CLOSED) >= 0) {
      return;
    }
    TransportEntry transport = session.carrier();
    if ((pending & RESET) != 0) {
      toAppClosed(session);
      resetTransport(session, transport, connection);
    } else if ((pending & CLOSE) != 0) {
      toAppClosed(session);
      session.set(SessionFlags.TRANSPORT_TOLD);
      try {
        transport.vft().close(connection);
      } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
        lifecycle.transportFailed(session, transport, "close", e);
      }
    } else if ((pending & HALF_CLOSE) != 0) {
      try {
        transport.vft().halfClose(connection);
      } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
        lifecycle.transportFailed(session, transport, "halfClose", e);
      }
    }
  }

  private void toAppClosed(StackSession session) {
    if (session.state == SessionState.CLOSING) {
      lifecycle.move(session, SessionState.APP_CLOSED);
    }
  }

  private void resetTransport(StackSession session, TransportEntry transport, TransportConnection connection) {
    session.set(SessionFlags.TRANSPORT_TOLD);
    try {
      transport.vft().reset(connection);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      lifecycle.transportFailed(session, transport, "reset", e);
    }
  }
}
