package org.sluice.plugin.tcp;

import org.sluice.plugin.tcp.recovery.NewRenoRecovery;
import org.sluice.plugin.tcp.recovery.RackTlp;
import org.sluice.plugin.tcp.recovery.SentSegments;
import org.sluice.plugin.tcp.recovery.UndoDetector;
import org.sluice.plugin.tcp.sequence.SequenceNumbers;
import org.sluice.spi.session.SessionLayer;

/**
 * What acknowledgements and timers say of what was sent: what has arrived, what is lost (RFC 8985; RFC 6582 where the
 * peer knows no SACK), what congestion control is told, and when it turns out to have been told wrongly. It marks what
 * is lost; {@link TcpRetransmit} sends it. One per worker.
 */
final class TcpRecovery {
  private static final long US_PER_TICK = 1_000;
  /** Timestamps that are older than this measure nothing. */
  private static final int MAX_ECHO_TICKS = 3_600_000;
  private static final int FAR = 1 << 30;

  private final TcpWorker home;
  private final SessionLayer sessions;
  private final TcpCounters counters;

  // ---- Of the acknowledgement at hand.
  private boolean hasDsack;
  private int dsackRight;
  private boolean undoneByReport;

  TcpRecovery(TcpWorker home) {
    this.home = home;
    sessions = home.sessions;
    counters = home.counters;
  }

  /**
   * An acceptable acknowledgement has come while something is in flight.
   *
   * @param windowMoved whether it changes the peer's window
   */
  void acknowledged(TcpConnection c, Sender q, TcpSegment s, boolean windowMoved) {
    SentSegments segments = q.segments;
    boolean reports = s.sackBlocks > 0 && c.is(TcpConnection.SACK);
    boolean advances = SequenceNumbers.after(s.ack, c.sndUna);
    boolean duplicate = !advances && NewRenoRecovery.isDuplicate(s.ack, c.sndUna, c.sndNxt, s.sequenceLength(),
        !windowMoved);
    if (!advances && !reports && !duplicate) {
      return;
    }
    boolean calm = !reports && !c.is(TcpConnection.EPISODE) && segments.sackedBytes() == 0 && !q.rack.isProbing();
    long nowUs = home.nowUs();
    long sackedBefore = segments.sackedBytes();
    q.rack.begin(nowUs, q.rtt.minUs(), calm ? Long.MAX_VALUE : latestEcho(c, s));
    q.rate.begin(nowUs);
    int advanced = advances ? s.ack - c.sndUna : 0;
    long delivered = advances ? segments.acknowledge(s.ack, q.rack, q.rate) : 0;
    if (reports) {
      delivered += blocks(c, q, s);
    }
    measure(c, q, s, advances, nowUs);
    q.rack.measured(q.rtt.minUs());
    q.rate.end(q.rtt.minUs());
    if (advances) {
      advance(c, q, s.ack);
    }
    if (calm && advances && !q.undo.isOpen()) {
      if (!c.is(TcpConnection.SACK)) {
        q.reno.onAdvance(s.ack);
      }
      q.flow.onAck(q, delivered);
    } else {
      judge(c, q, s, advanced, delivered, Math.min(sackedBefore, segments.sackedBytes()), duplicate);
    }
    home.timers.acknowledged(c, q, advances);
    sessions.reschedule(c);
  }

  private void advance(TcpConnection c, Sender q, int ack) {
    int bytes = ack - c.sndUna - (c.is(TcpConnection.FIN_SENT) && ack == c.sndNxt ? 1 : 0);
    c.retries = 0;
    c.sndUna = ack;
    q.mustResend = false;
    if (ack - q.recover > FAR && !c.is(TcpConnection.EPISODE)) {
      // So far back that it would be taken for ahead before long.
      q.recover = ack - 1;
    }
    if (ack == c.sndNxt) {
      q.idleSinceNs = home.worker.nowNs();
    }
    if (bytes > 0) {
      sessions.txDrop(c, bytes);
    }
  }

  // ---- What the acknowledgement tells.

  /** The latest time at which the echoed timestamp can have been sent, microseconds. */
  private long latestEcho(TcpConnection c, TcpSegment s) {
    if (!c.is(TcpConnection.TIMESTAMPS)) {
      return Long.MAX_VALUE;
    }
    long ticks = Math.floorDiv(home.nowUs(), US_PER_TICK);
    int age = (int) ticks - (s.tsEcho - c.tsOffset);
    return (ticks - age + 1) * US_PER_TICK - 1;
  }

  /** Takes the SACK blocks; returns what is newly delivered. */
  private long blocks(TcpConnection c, Sender q, TcpSegment s) {
    hasDsack = isDsack(s);
    undoneByReport = false;
    int first = 0;
    if (hasDsack) {
      first = 1;
      dsackRight = s.sackRight(0);
      counters.dsacksIn.increment(home.index);
      q.rack.onDsack(c.sndNxt);
      undoneByReport = q.undo.onDsack(s.sackLeft(0), dsackRight);
    }
    long delivered = 0;
    for (int i = first; i < s.sackBlocks; i++) {
      delivered += q.segments.sack(s.sackLeft(i), s.sackRight(i), q.rack, q.rate);
    }
    return delivered;
  }

  private static boolean isDsack(TcpSegment s) {
    boolean second = s.sackBlocks > 1;
    return UndoDetector.isDsack(
        s.sackLeft(0), s.sackRight(0), s.ack, second, second ? s.sackLeft(1) : 0, second ? s.sackRight(1) : 0);
  }

  private void measure(TcpConnection c, Sender q, TcpSegment s, boolean advances, long nowUs) {
    long sampleUs = q.rack.rttSampleUs();
    if (sampleUs < 0 && advances && c.is(TcpConnection.TIMESTAMPS)) {
      // All of it was sent twice: the timestamp tells which one was answered (RFC 7323 section 4).
      int age = home.timestamp(c.tsOffset) - s.tsEcho;
      sampleUs = age >= 0 && age < MAX_ECHO_TICKS ? Math.max(1, age) * US_PER_TICK : -1;
    }
    q.measured(sampleUs);
    if (sampleUs >= 0) {
      q.rtt.sample(sampleUs, (int) Math.min(1 << 16, c.flight() / (2L * c.mss)), nowUs);
    }
  }

  // ---- What follows from it.

  private void judge(TcpConnection c, Sender q, TcpSegment s, int advanced, long delivered, long sackedBefore,
      boolean duplicate) {
    boolean advances = advanced > 0;
    boolean reports = s.sackBlocks > 0 && c.is(TcpConnection.SACK);
    boolean dsack = reports && hasDsack;
    boolean spurious = advances && q.undo.onAdvance(s.tsEcho, c.is(TcpConnection.TIMESTAMPS));
    if (spurious || dsack && undoneByReport) {
      undo(c, q);
    }
    long newlyDelivered = delivered;
    if (!c.is(TcpConnection.SACK)) {
      newlyDelivered = withoutSack(c, q, s, advanced, delivered, duplicate);
    }
    if (c.is(TcpConnection.EPISODE) && SequenceNumbers.atLeast(c.sndUna, q.recover)) {
      leave(c, q);
    } else if (!c.is(TcpConnection.EPISODE) && SequenceNumbers.after(c.sndUna, q.undoEnd)) {
      q.undo.close();
    }
    int probe = q.rack.probeAck(s.ack, dsackRight, dsack, duplicate && !reports);
    if (probe == RackTlp.PROBE_REPAIRED_LOSS && !c.is(TcpConnection.EPISODE)) {
      reduce(c, q);
    }
    long lostBefore = q.segments.lostBytes();
    if (c.is(TcpConnection.SACK)) {
      long reorderingUs = q.rack.detectLoss(q.segments, c.sndUna, q.rtt.smoothedUs(),
          c.is(TcpConnection.RECOVERY | TcpConnection.LOSS));
      home.timers.reordering(c, q, reorderingUs);
    }
    boolean safe = advances && q.segments.lostBytes() <= lostBefore;
    if (q.segments.lostBytes() > 0 && !c.is(TcpConnection.RECOVERY | TcpConnection.LOSS)) {
      enter(c, q, sackedBefore, advanced);
    }
    grow(c, q, advances, newlyDelivered, safe);
    request(c, q);
  }

  private void grow(TcpConnection c, Sender q, boolean advances, long delivered, boolean safe) {
    if (c.is(TcpConnection.RECOVERY)) {
      q.flow.onRecoveryAck(q, delivered);
      q.reduction.onAck(delivered, q.pipe(c), q.flow.slowStartThresholdBytes(), c.mss, safe);
    } else if (c.is(TcpConnection.LOSS)) {
      q.flow.onRecoveryAck(q, delivered);
    } else if (advances && !c.is(TcpConnection.REDUCED)) {
      q.flow.onAck(q, delivered);
    }
  }

  /** Counts duplicates, and takes the next segment for lost (RFC 6582); returns what is newly delivered. */
  private long withoutSack(
      TcpConnection c, Sender q, TcpSegment s, int advanced, long delivered, boolean duplicate) {
    SentSegments segments = q.segments;
    if (advanced > 0) {
      long newly = q.reno.deliveredBytes(delivered);
      if (q.reno.onAdvance(s.ack) == NewRenoRecovery.PARTIAL && segments.count() > 0 && !segments.isLost(0)) {
        segments.markLost(0);
      }
      return newly;
    }
    if (!duplicate || c.is(TcpConnection.LOSS)) {
      return 0;
    }
    if (q.reno.onDuplicate(c.sndUna, segments.outstandingBytes(), c.mss)) {
      q.reno.begin(c.sndNxt);
      segments.markLost(0);
    }
    return c.mss;
  }

  // ---- Episodes.

  private void enter(TcpConnection c, Sender q, long sackedBefore, int advanced) {
    boolean reduced = c.is(TcpConnection.REDUCED);
    c.off(TcpConnection.REDUCED);
    c.on(TcpConnection.RECOVERY);
    q.recover = c.sndNxt;
    counters.fastRecoveries.increment(home.index);
    q.reduction.begin(q.segments.outstandingBytes(), sackedBefore, advanced);
    if (reduced) {
      // For a mark or a loss that was repaired; that nothing more was lost takes none of them back.
      q.undo.close();
    } else {
      q.flow.onCongestion(q);
      home.ecn.reduced(c);
      beginUndo(q);
    }
  }

  /** An answer to a copy that was sent before would look like one to what was not lost. */
  private static void beginUndo(Sender q) {
    boolean probed = q.rack.isProbing();
    q.undo.close();
    if (q.segments.copyBytes() == 0 && !(probed && q.segments.count() == 1)) {
      q.undo.begin();
      if (probed) {
        q.undo.ignoreReports();
      }
    }
  }

  /** The window is reduced, and nothing has to be sent again. */
  void reduce(TcpConnection c, Sender q) {
    q.flow.onCongestion(q);
    home.ecn.reduced(c);
    q.recover = c.sndNxt;
    c.on(TcpConnection.REDUCED);
    if (SequenceNumbers.atLeast(c.sndUna, q.recover)) {
      leave(c, q);
    }
  }

  private void leave(TcpConnection c, Sender q) {
    if (c.is(TcpConnection.RECOVERY | TcpConnection.LOSS)) {
      q.rack.onRecovered();
    }
    c.off(TcpConnection.EPISODE);
    q.mustResend = false;
    q.undoEnd = c.sndNxt;
    q.flow.onRecovered(q);
  }

  private void undo(TcpConnection c, Sender q) {
    counters.spurious.increment(home.index);
    q.segments.unmarkLost();
    c.off(TcpConnection.EPISODE);
    q.mustResend = false;
    q.flow.onUndo(q);
    q.rtt.endBackoff();
    q.reno.onTimeout(c.sndNxt);
  }

  // ---- Timers.

  /** The retransmission timer has expired. */
  void timeout(TcpConnection c, Sender q) {
    SentSegments segments = q.segments;
    q.rtt.backOff();
    if (segments.hasReneged()) {
      counters.reneged.increment(home.index);
      segments.forgetSacks();
      q.undo.ignoreReports();
    }
    boolean goesOn = c.is(TcpConnection.LOSS) && c.retries > 1;
    if (c.is(TcpConnection.RECOVERY | TcpConnection.LOSS)) {
      q.undo.ignoreReports();
    } else {
      beginUndo(q);
    }
    q.rack.markLostOnTimeout(segments, q.rtt.smoothedUs(), home.nowUs());
    if (!goesOn) {
      q.flow.onTimeout(q);
      home.ecn.reduced(c);
    }
    q.reno.onTimeout(c.sndNxt);
    c.off(TcpConnection.RECOVERY | TcpConnection.REDUCED);
    c.on(TcpConnection.LOSS);
    q.recover = c.sndNxt;
    q.mustResend = true;
    request(c, q);
  }

  /** No acknowledgement came within the reordering window. */
  void reorderingOver(TcpConnection c, Sender q) {
    q.rack.beginTimer(home.nowUs());
    long nextUs = q.rack.detectLoss(q.segments, c.sndUna, q.rtt.smoothedUs(),
        c.is(TcpConnection.RECOVERY | TcpConnection.LOSS));
    home.timers.reordering(c, q, nextUs);
    if (q.segments.lostBytes() > 0 && !c.is(TcpConnection.RECOVERY | TcpConnection.LOSS)) {
      enter(c, q, q.segments.sackedBytes(), 0);
      // Nothing is delivered now; what recovery begins with goes out all the same.
      q.mustResend = true;
    }
    request(c, q);
  }

  /** The path takes smaller segments than before: what is larger in flight has been lost, and not to congestion. */
  void segmentBytes(TcpConnection c, int mss) {
    c.mss = mss;
    Sender q = c.sender;
    if (q == null) {
      return;
    }
    q.segments.segmentBytes(mss);
    boolean lost = false;
    for (int p = 0; p < q.segments.count(); p++) {
      if (q.segments.length(p) > mss && !q.segments.isSacked(p) && !q.segments.isLost(p)) {
        q.segments.markLost(p);
        lost = true;
      }
    }
    if (lost) {
      if (!c.is(TcpConnection.RECOVERY | TcpConnection.LOSS)) {
        c.off(TcpConnection.REDUCED);
        c.on(TcpConnection.RECOVERY);
        q.recover = c.sndNxt;
        q.reduction.begin(q.segments.outstandingBytes(), q.segments.sackedBytes(), 0);
      }
      q.mustResend = true;
      request(c, q);
    }
  }

  private void request(TcpConnection c, Sender q) {
    if (q.segments.lostBytes() > 0 && q.segments.nextLost() >= 0) {
      sessions.requestCustomTx(c);
    }
  }
}
