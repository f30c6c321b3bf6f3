package org.sluice.plugin.tcp;

import org.sluice.spi.session.SessionLayer;

/**
 * What was lost, and when it is sent again: round trip and timeout (RFC 6298), fast retransmit and NewReno (RFC 5681,
 * 6582). It marks the range {@code rxtNxt} to {@code rxtEnd}; {@link TcpOutput#retransmit} sends it. One per worker.
 */
final class TcpRecovery {
  private static final int DUPLICATES = 3;
  /** K of RFC 6298 and the shifts of its gains. */
  private static final int VARIATION_FACTOR = 4;
  private static final int RTT_SHIFT = 3;
  private static final int VARIATION_SHIFT = 2;
  /** The clock's granularity G: timers fire up to so much late. */
  private static final long GRANULARITY_NS = 1_000_000;

  private final TcpWorker home;
  private final SessionLayer sessions;

  TcpRecovery(TcpWorker home) {
    this.home = home;
    sessions = home.sessions;
  }

  /** A round trip was measured. */
  void sample(TcpConnection c, long rttNs) {
    long measured = Math.max(1, rttNs);
    c.minRttNs = c.minRttNs == 0 ? measured : Math.min(c.minRttNs, measured);
    if (c.srttNs == 0) {
      c.srttNs = measured;
      c.rttvarNs = measured / 2;
    } else {
      c.rttvarNs += Math.abs(c.srttNs - measured) - c.rttvarNs >> VARIATION_SHIFT;
      c.srttNs += measured - c.srttNs >> RTT_SHIFT;
    }
    long rto = c.srttNs + Math.max(GRANULARITY_NS, VARIATION_FACTOR * c.rttvarNs);
    c.rtoNs = Math.clamp(rto, home.config.rtoMinNs(), home.config.rtoMaxNs());
  }

  /** An acknowledgement that says nothing new while something is in flight. */
  void duplicate(TcpConnection c) {
    if (c.is(TcpConnection.RECOVERY)) {
      if (!c.is(TcpConnection.LOSS)) {
        // Each one says that a segment has left the network.
        c.inflation += c.mss;
        sessions.reschedule(c);
      }
      return;
    }
    if (c.dupAcks < Byte.MAX_VALUE) {
      c.dupAcks++;
    }
    if (c.dupAcks == DUPLICATES && Seq.after(c.sndUna, c.recover)) {
      home.counters.fastRecoveries.increment(home.index);
      c.congestion.onCongestion(c);
      c.inflation = DUPLICATES * c.mss;
      begin(c, TcpConnection.RECOVERY);
    }
  }

  /** The retransmission timer has expired. */
  void timeout(TcpConnection c) {
    if (!c.is(TcpConnection.LOSS)) {
      c.congestion.onTimeout(c);
    }
    c.inflation = 0;
    begin(c, TcpConnection.RECOVERY | TcpConnection.LOSS);
  }

  private void begin(TcpConnection c, int how) {
    c.on(how);
    c.recover = c.sndNxt - 1;
    resend(c, c.mss);
  }

  /** New data was acknowledged: {@code sndUna} has moved. */
  void advanced(TcpConnection c, int bytes) {
    c.dupAcks = 0;
    if (!c.is(TcpConnection.RECOVERY)) {
      c.congestion.onAck(c, bytes);
    } else if (Seq.after(c.sndUna, c.recover)) {
      c.off(TcpConnection.RECOVERY | TcpConnection.LOSS);
      c.inflation = 0;
      c.rxtNxt = c.sndUna;
      c.rxtEnd = c.sndUna;
      c.congestion.onRecovered(c);
    } else if (c.is(TcpConnection.LOSS)) {
      c.congestion.onAck(c, bytes);
      c.rxtNxt = Seq.max(c.rxtNxt, c.sndUna);
      int window = (int) Math.min(c.congestion.windowBytes(), Integer.MAX_VALUE / 2);
      c.rxtEnd = Seq.before(c.recover + 1, c.sndUna + window) ? c.recover + 1 : c.sndUna + window;
      request(c);
    } else {
      // A partial acknowledgement: the next segment is lost too.
      c.inflation = Math.max(0, c.inflation - bytes) + c.mss;
      c.congestion.onRecoveryAck(c, bytes);
      resend(c, c.mss);
    }
  }

  private void resend(TcpConnection c, int bytes) {
    c.rxtNxt = c.sndUna;
    c.rxtEnd = c.sndUna + Math.min(bytes, c.flight());
    request(c);
  }

  private void request(TcpConnection c) {
    if (Seq.before(c.rxtNxt, c.rxtEnd)) {
      sessions.requestCustomTx(c);
    }
  }
}
