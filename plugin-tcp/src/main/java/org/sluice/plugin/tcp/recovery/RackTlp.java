package org.sluice.plugin.tcp.recovery;

import org.sluice.plugin.tcp.sequence.SequenceNumbers;

/**
 * Loss detection by time (RFC 8985). A segment is lost when one that was sent after it has arrived and a reordering
 * window has passed since (RACK); a probe at the end of a flight draws the acknowledgement that this needs (TLP).
 *
 * <p>Calls per acknowledgement: {@link #begin}, those of {@link SentSegments}, {@link #onDsack} if it carries one,
 * {@link #detectLoss}. Microseconds.
 */
public final class RackTlp {
  /** There is no probe: what {@link #probeAck} leaves. */
  public static final int NO_PROBE = 0;
  /** A probe is out, nothing is known of it. */
  public static final int PROBE_PENDING = 1;
  /** Nothing was lost. */
  public static final int PROBE_NOT_NEEDED = 2;
  /** The probe has mended a loss: congestion control has to react as if it had been detected (section 7.4.2). */
  public static final int PROBE_REPAIRED_LOSS = 3;
  /** SACKed segments that make a loss certain while no reordering was seen (section 6.2, step 4). */
  private static final int DUPLICATE_THRESHOLD = 3;
  /** The longest delay of an acknowledgement that a peer may add to a flight of one segment (section 7.2). */
  private static final long MAX_ACK_DELAY_US = 200_000;
  private static final int PERSIST_RECOVERIES = 16;
  private static final long PTO_WITHOUT_RTT_US = 1_000_000;

  private long nowUs;
  private long minRttUs;
  private long echoUs;

  private boolean seen;
  private long sentUs;
  private int endSequence;
  private long rttUs;
  private int forwardMost;
  private boolean reorderingSeen;
  private boolean inDsackRound;
  private int dsackRound;
  private int windowMultiplier;
  private int windowPersist;
  private long newestUnambiguousSentUs;
  private boolean rttMeasured;
  private long newlyLostBytes;

  private boolean probing;
  private boolean probeIsRetransmission;
  private int probeEnd;

  /** To be started with {@link #reset}. */
  public RackTlp() {
    reset(0);
  }

  /**
   * Forgets everything, for another connection.
   *
   * @param una SND.UNA
   */
  public void reset(int una) {
    seen = false;
    sentUs = 0;
    endSequence = una;
    rttUs = 0;
    forwardMost = una;
    reorderingSeen = false;
    inDsackRound = false;
    windowMultiplier = 1;
    windowPersist = 0;
    rttMeasured = false;
    newlyLostBytes = 0;
    probing = false;
  }

  /**
   * An acknowledgement is going to be looked at.
   *
   * @param now the turn's time
   * @param minRtt the smallest round trip seen, 0 before the first
   * @param latestEcho the latest time at which the timestamp that it echoes can have been sent; {@link Long#MAX_VALUE}
   *     without timestamps
   */
  public void begin(long now, long minRtt, long latestEcho) {
    nowUs = now;
    minRttUs = minRtt;
    echoUs = latestEcho;
    rttMeasured = false;
    newlyLostBytes = 0;
  }

  /**
   * The acknowledgement has measured a round trip (step 1 of section 6.2). Before {@link #detectLoss}.
   *
   * @param minRtt the smallest round trip seen, 0 before the first
   */
  public void measured(long minRtt) {
    minRttUs = minRtt;
  }

  /** Steps 1 to 3 of section 6.2 for one segment that is newly acknowledged or SACKed. */
  void onDelivered(long segmentSentUs, int segmentEnd, boolean retransmitted) {
    if (SequenceNumbers.after(segmentEnd, forwardMost)) {
      forwardMost = segmentEnd;
    } else if (SequenceNumbers.before(segmentEnd, forwardMost) && !retransmitted) {
      reorderingSeen = true;
    }
    long segmentRttUs = nowUs - segmentSentUs;
    if (retransmitted) {
      if (echoUs < segmentSentUs || segmentRttUs < minRttUs) {
        return; // It may be the copy sent before that has arrived.
      }
    } else if (!rttMeasured || segmentSentUs > newestUnambiguousSentUs) {
      rttMeasured = true;
      newestUnambiguousSentUs = segmentSentUs;
    }
    if (!seen || sentAfter(segmentSentUs, segmentEnd, sentUs, endSequence)) {
      seen = true;
      rttUs = segmentRttUs;
      sentUs = segmentSentUs;
      endSequence = segmentEnd;
    }
  }

  /**
   * The acknowledgement carries a D-SACK: the reordering window grows, once per round trip.
   *
   * @param nxt SND.NXT
   */
  public void onDsack(int nxt) {
    if (!inDsackRound) {
      inDsackRound = true;
      dsackRound = nxt;
      windowMultiplier++;
      windowPersist = PERSIST_RECOVERIES;
    }
  }

  /** A recovery has ended; sixteen of them without D-SACK make the reordering window small again. */
  public void onRecovered() {
    windowPersist--;
    if (windowPersist <= 0) {
      windowMultiplier = 1;
    }
  }

  /**
   * Step 5 of section 6.2: marks what is lost.
   *
   * @param segments the records
   * @param una SND.UNA
   * @param smoothedRttUs SRTT, the upper bound of the reordering window
   * @param inRecovery whether a recovery is going on, fast or by timer
   * @return how long until something more is lost if no acknowledgement comes: the reordering timer; 0 for none
   */
  public long detectLoss(SentSegments segments, int una, long smoothedRttUs, boolean inRecovery) {
    if (inDsackRound && SequenceNumbers.atLeast(una, dsackRound)) {
      inDsackRound = false;
    }
    if (!seen) {
      return 0;
    }
    long horizonUs = rttUs + reorderingWindowUs(segments, smoothedRttUs, inRecovery) - nowUs;
    long timeoutUs = 0;
    int position = 0;
    while (position < segments.count()) {
      int slot = segments.slot(position);
      if ((segments.flags[slot] & SentSegments.SACKED) != 0) {
        position = segments.skip(position);
        continue;
      }
      // Records are in the order of their first sending: none behind this one can have been sent before.
      if (segments.firstSentUs[slot] > sentUs) {
        break;
      }
      boolean pending = (segments.flags[slot] & (SentSegments.LOST | SentSegments.COPY_IN_FLIGHT)) != SentSegments.LOST;
      if (pending && sentAfter(sentUs, endSequence, segments.lastSentUs[slot], segments.rightOf(position))) {
        long remainingUs = segments.lastSentUs[slot] + horizonUs;
        if (remainingUs <= 0) {
          newlyLostBytes += segments.markLost(position);
        } else {
          timeoutUs = Math.max(timeoutUs, remainingUs);
        }
      }
      position++;
    }
    return timeoutUs;
  }

  /**
   * The reordering timer has expired: {@link #detectLoss} at a later time, without an acknowledgement.
   *
   * @param now the turn's time
   */
  public void beginTimer(long now) {
    nowUs = now;
    rttMeasured = false;
    newlyLostBytes = 0;
  }

  /**
   * The retransmission timer has expired (section 6.3): marks the oldest segment, and what has been out for longer than
   * a round trip and the reordering window.
   *
   * @param segments the records
   * @param smoothedRttUs SRTT
   * @param now the turn's time
   */
  public void markLostOnTimeout(SentSegments segments, long smoothedRttUs, long now) {
    nowUs = now;
    newlyLostBytes = 0;
    long horizonUs = rttUs + reorderingWindowUs(segments, smoothedRttUs, true) - nowUs;
    for (int p = 0; p < segments.count(); p++) {
      int slot = segments.slot(p);
      if ((segments.flags[slot] & SentSegments.SACKED) == 0
          && (p == 0 || segments.lastSentUs[slot] + horizonUs <= 0)) {
        newlyLostBytes += segments.markLost(p);
      }
    }
    probing = false;
  }

  /** Step 4 of section 6.2. */
  private long reorderingWindowUs(SentSegments segments, long smoothedRttUs, boolean inRecovery) {
    if (!reorderingSeen && (inRecovery || segments.sackedSegments() >= DUPLICATE_THRESHOLD)) {
      return 0;
    }
    return Math.min(windowMultiplier * (minRttUs / 4), smoothedRttUs);
  }

  /**
   * When to send a probe, counted from now (section 7.2). To be armed after sending new data and after an
   * acknowledgement that leaves some out, when no recovery is going on and nothing is SACKed.
   *
   * @param smoothedRttUs SRTT, 0 before the first sample
   * @param flightSegments full segments in flight
   * @param timeoutInUs how long until the retransmission timer expires
   */
  public static long probeTimeoutUs(long smoothedRttUs, int flightSegments, long timeoutInUs) {
    long ptoUs = smoothedRttUs == 0 ? PTO_WITHOUT_RTT_US : 2 * smoothedRttUs;
    if (smoothedRttUs != 0 && flightSegments <= 1) {
      ptoUs += MAX_ACK_DELAY_US;
    }
    return Math.min(ptoUs, timeoutInUs);
  }

  /**
   * A probe was sent (section 7.3).
   *
   * @param nxt SND.NXT behind it
   * @param retransmission whether it was the last segment once more, not new data
   */
  public void probeSent(int nxt, boolean retransmission) {
    probing = true;
    probeEnd = nxt;
    probeIsRetransmission = retransmission;
  }

  /**
   * What an acknowledgement says of the probe (section 7.4.2).
   *
   * @param ack SEG.ACK
   * @param dsackRight the right edge of its D-SACK, if it has one
   * @param hasDsack whether it has one
   * @param bareDuplicate whether it is a duplicate acknowledgement without any SACK block
   * @return {@link #NO_PROBE}, {@link #PROBE_PENDING}, {@link #PROBE_NOT_NEEDED}, {@link #PROBE_REPAIRED_LOSS}
   */
  public int probeAck(int ack, int dsackRight, boolean hasDsack, boolean bareDuplicate) {
    if (!probing) {
      return NO_PROBE;
    }
    if (SequenceNumbers.before(ack, probeEnd)) {
      return PROBE_PENDING;
    }
    if (!probeIsRetransmission || (hasDsack && dsackRight == probeEnd)) {
      probing = false;
      return PROBE_NOT_NEEDED;
    }
    if (SequenceNumbers.after(ack, probeEnd)) {
      probing = false;
      return PROBE_REPAIRED_LOSS;
    }
    if (bareDuplicate) {
      probing = false;
      return PROBE_NOT_NEEDED;
    }
    return PROBE_PENDING;
  }

  /** Whether a probe is out; there is one at a time. */
  public boolean isProbing() {
    return probing;
  }

  /** Bytes that the last detection found lost. */
  public long newlyLostBytes() {
    return newlyLostBytes;
  }

  /**
   * The round trip of the youngest segment that the acknowledgement delivered and that was sent once: a sample for
   * {@link RttEstimator} (Karn).
   *
   * @return microseconds, -1 when there is none
   */
  public long rttSampleUs() {
    return rttMeasured ? nowUs - newestUnambiguousSentUs : -1;
  }

  /** Whether reordering was ever seen on this connection. */
  public boolean isReorderingSeen() {
    return reorderingSeen;
  }

  private static boolean sentAfter(long us1, int end1, long us2, int end2) {
    return us1 > us2 || (us1 == us2 && SequenceNumbers.after(end1, end2));
  }
}
