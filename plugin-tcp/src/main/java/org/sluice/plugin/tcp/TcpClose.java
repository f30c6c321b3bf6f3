package org.sluice.plugin.tcp;

import org.sluice.spi.session.SessionLayer;

/** How connections end (RFC 9293 sections 3.6 and 3.10.4 to 3.10.5). One per worker. */
final class TcpClose {
  private final TcpWorker home;
  private final SessionLayer sessions;

  TcpClose(TcpWorker home) {
    this.home = home;
    sessions = home.sessions;
  }

  // ---- The application ends.

  /** Ends the own direction: the FIN follows what is queued. */
  void halfClose(TcpConnection c) {
    c.on(TcpConnection.FIN_WANTED);
    if (!c.state.sends()) {
      return;
    }
    if (sessions.txReadable(c) <= c.flightPayload()) {
      finish(c);
    } else {
      // Nagle's algorithm does not hold the last bytes back any more.
      sessions.reschedule(c);
    }
  }

  /** Sends a FIN that is wanted, when all data is sent and the peer's window has room for it. */
  void finish(TcpConnection c) {
    if (sessions.txReadable(c) > c.flightPayload()) {
      return;
    }
    if (c.sndUna + c.sndWnd - c.sndNxt > 0) {
      home.output.finish(c);
    } else if (c.flight() == 0) {
      home.timers.persist(c);
    }
  }

  /** Ends both directions; what was received and not read is lost, and the peer has to know (RFC 2525 2.17). */
  void close(TcpConnection c) {
    if (c.state == TcpState.CLOSED) {
      return;
    }
    c.on(TcpConnection.CLOSED_BY_APPLICATION);
    if (sessions.unread(c) > 0) {
      home.counters.resetsUnread.increment(home.index);
      abort(c);
      return;
    }
    halfClose(c);
    if (c.state == TcpState.FIN_WAIT_2) {
      home.timers.waitFor(c, home.config.finWait2Ns());
    }
  }

  /** Aborts: the peer is told, and the application where it does not know. */
  void abort(TcpConnection c) {
    if (c.state == TcpState.CLOSED) {
      return;
    }
    home.output.reset(c);
    gone(c);
  }

  private void gone(TcpConnection c) {
    if (!c.is(TcpConnection.CLOSED_BY_APPLICATION)) {
      sessions.resetNotify(c);
    }
    end(c);
  }

  /** Aborts after something was thrown over the connection; throws nothing itself. */
  void fail(TcpConnection c) {
    if (c.state == TcpState.CLOSED) {
      return;
    }
    home.counters.faultAborts.increment(home.index);
    try {
      home.output.reset(c);
    } catch (RuntimeException | Error again) {
      // What was thrown first is told. The peer finds out when it sends something.
    }
    gone(c);
  }

  /** Frees at once, and tells the peer alone. */
  void cleanup(TcpConnection c) {
    if (c.state != TcpState.CLOSED) {
      home.output.reset(c);
    }
    home.timers.stop(c);
    home.connections.free(c);
  }

  // ---- What happens on the wire.

  /** The FIN has been given its sequence number. */
  void finSent(TcpConnection c) {
    c.on(TcpConnection.FIN_SENT);
    c.sndNxt++;
    c.state = c.state == TcpState.CLOSE_WAIT ? TcpState.LAST_ACK : TcpState.FIN_WAIT_1;
  }

  /** The peer has everything, the FIN included. */
  void finAcknowledged(TcpConnection c) {
    switch (c.state) {
      case FIN_WAIT_1 -> {
        c.state = TcpState.FIN_WAIT_2;
        if (c.is(TcpConnection.CLOSED_BY_APPLICATION)) {
          home.timers.waitFor(c, home.config.finWait2Ns());
        }
      }
      case CLOSING -> timeWait(c);
      case LAST_ACK -> end(c);
      default -> {
        // Acknowledged before.
      }
    }
  }

  /** Everything up to the peer's FIN, and the FIN, has been received. */
  void finReceived(TcpConnection c) {
    if (c.is(TcpConnection.NOTIFY)) {
      c.off(TcpConnection.NOTIFY);
      sessions.enqueueNotify(c);
    }
    home.output.acknowledge(c);
    sessions.closingNotify(c);
    switch (c.state) {
      case ESTABLISHED -> c.state = TcpState.CLOSE_WAIT;
      case FIN_WAIT_1 -> c.state = TcpState.CLOSING;
      case FIN_WAIT_2 -> timeWait(c);
      default -> throw new IllegalStateException("a FIN taken in state " + c.state);
    }
  }

  /** The peer has reset the connection. */
  void resetReceived(TcpConnection c) {
    home.counters.resetsIn.increment(home.index);
    if (c.is(TcpConnection.NOTIFY)) {
      c.off(TcpConnection.NOTIFY);
      sessions.enqueueNotify(c);
    }
    sessions.resetNotify(c);
    end(c);
  }

  /** The connection shrinks to an entry that answers stray segments. */
  private void timeWait(TcpConnection c) {
    home.timeWait.add(c);
    end(c);
  }

  private void end(TcpConnection c) {
    home.timers.stop(c);
    c.state = TcpState.CLOSED;
    sessions.closedNotify(c);
    sessions.deleteRequest(c, c);
  }
}
