package org.sluice.plugin.tcp;

import org.sluice.plugin.tcp.sequence.SequenceNumbers;
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
    int ack = s.ack;
    if (SequenceNumbers.after(ack, c.sndNxt) || SequenceNumbers.before(ack, c.sndUna - c.maxSndWnd)) {
      home.counters.dropBadAck.increment(home.index);
      home.challenge(c);
      return false;
    }
    c.lastHeardNs = home.worker.nowNs();
    Sender q = c.sender;
    boolean old = SequenceNumbers.before(ack, c.sndUna);
    boolean moved = !old && updateWindow(c, s);
    if (q == null || q.segments.count() == 0) {
      if (moved || c.is(TcpConnection.PERSIST)) {
        sessions.reschedule(c);
      }
      finish(c);
      return true;
    }
    boolean ended = c.is(TcpConnection.FIN_SENT) && ack == c.sndNxt;
    home.recovery.acknowledged(c, q, s, moved || s.has(TcpHeader.FIN));
    if (s.has(TcpHeader.ECE)) {
      home.ecn.echoed(c, q, s);
    }
    if (moved) {
      sessions.reschedule(c);
    }
    if (ended) {
      home.close.finAcknowledged(c);
    }
    finish(c);
    return c.state != TcpState.CLOSED;
  }

  /** There may be room now for a FIN that had to wait for it. */
  private void finish(TcpConnection c) {
    if (c.is(TcpConnection.FIN_WANTED) && c.state.sends()) {
      home.close.finish(c);
    }
  }

  /** Takes the window, unless from an old segment; true when it has changed. */
  private boolean updateWindow(TcpConnection c, TcpSegment s) {
    if (!SequenceNumbers.before(c.sndWl1, s.seq)
        && !(c.sndWl1 == s.seq && !SequenceNumbers.after(c.sndWl2, s.ack))) {
      return false;
    }
    int window = s.window << c.sndScale;
    boolean changed = window != c.sndWnd;
    if (changed && (window == 0 || c.sndWnd == 0)) {
      home.recorder.window(c, window);
    }
    c.sndWnd = window;
    c.sndWl1 = s.seq;
    c.sndWl2 = s.ack;
    c.maxSndWnd = Math.max(c.maxSndWnd, window);
    if (window == 0) {
      // The peer is there, and takes nothing: that is no reason to give it up (RFC 1122 section 4.2.2.17).
      c.retries = 0;
    } else {
      c.backoff = 0;
    }
    return changed;
  }
}
