package org.sluice.plugin.tcp;

import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.session.SessionLayer;

/**
 * What the acknowledgement of a segment does (RFC 9293 section 3.10.7.4, fifth; RFC 5961 section 5). One per worker.
 */
final class TcpAcks {
  private final TcpWorker home;
  private final SessionLayer sessions;

  TcpAcks(TcpWorker home) {
    this.home = home;
    sessions = home.sessions;
  }

  /** Returns false when the segment goes no further. */
  boolean process(TcpConnection c, TcpSegment s) {
    if (Seq.after(s.ack, c.sndNxt) || Seq.before(s.ack, c.sndUna - c.maxSndWnd)) {
      home.counters.dropBadAck.increment(home.index);
      home.challenge(c);
      return false;
    }
    c.lastHeardNs = home.worker.nowNs();
    if (Seq.before(s.ack, c.sndUna)) {
      return true;
    }
    boolean moved = updateWindow(c, s);
    if (Seq.after(s.ack, c.sndUna)) {
      advance(c, s.ack);
    } else if (s.length == 0 && !moved && c.flight() > 0 && !s.has(TcpHeader.FIN)) {
      home.recovery.duplicate(c);
    } else if (moved || c.is(TcpConnection.PERSIST)) {
      sessions.reschedule(c);
    }
    return c.state != TcpState.CLOSED;
  }

  /** Takes the window, unless from an old segment; true when it has changed. */
  private boolean updateWindow(TcpConnection c, TcpSegment s) {
    if (!Seq.before(c.sndWl1, s.seq) && !(c.sndWl1 == s.seq && !Seq.after(c.sndWl2, s.ack))) {
      return false;
    }
    int window = s.window << c.sndScale;
    boolean changed = window != c.sndWnd;
    c.sndWnd = window;
    c.sndWl1 = s.seq;
    c.sndWl2 = s.ack;
    c.maxSndWnd = Math.max(c.maxSndWnd, window);
    if (window == 0) {
      // The peer is there, and takes nothing: that is no reason to give it up (RFC 1122 section 4.2.2.17).
      c.retries = 0;
    }
    return changed;
  }

  private void advance(TcpConnection c, int ack) {
    boolean finAcknowledged = c.is(TcpConnection.FIN_SENT) && ack == c.sndNxt;
    int bytes = ack - c.sndUna - (finAcknowledged ? 1 : 0);
    if (c.is(TcpConnection.TIMING) && !Seq.before(ack, c.rttSeq)) {
      c.off(TcpConnection.TIMING);
      home.recovery.sample(c, home.worker.nowNs() - c.rttStartNs);
    }
    c.retries = 0;
    c.backoff = 0;
    c.sndUna = ack;
    if (bytes > 0) {
      sessions.txDrop(c, bytes);
    }
    home.recovery.advanced(c, bytes);
    c.off(TcpConnection.CONGESTION_LIMITED);
    home.timers.acknowledged(c);
    if (finAcknowledged) {
      home.close.finAcknowledged(c);
    } else {
      sessions.reschedule(c);
    }
  }
}
