package org.sluice.plugin.tcp.congestion;

/**
 * Leaves slow start before it overshoots (HyStart++, RFC 9406): when round trips grow longer, growth slows to a quarter
 * for five rounds, and goes on as before if they grow shorter again. For the first slow start only.
 *
 * <p>A round is the delivery of what was out when it began, counted in bytes.
 */
final class HyStart {
  static final long MIN_RTT_THRESHOLD_NS = 4_000_000;
  static final long MAX_RTT_THRESHOLD_NS = 16_000_000;
  static final int MIN_RTT_DIVISOR = 8;
  static final int RTT_SAMPLES = 8;
  static final int GROWTH_DIVISOR = 4;
  static final int CONSERVATIVE_ROUNDS = 5;
  private static final long NONE = Long.MAX_VALUE;

  private boolean conservative;
  private int roundsLeft;
  private int samples;
  private long currentMinNs;
  private long lastMinNs;
  private long baselineNs;
  private long ackedBytes;
  private long roundEnd;

  void reset() {
    conservative = false;
    samples = 0;
    currentMinNs = NONE;
    lastMinNs = NONE;
    baselineNs = NONE;
    ackedBytes = 0;
    roundEnd = 0;
  }

  /**
   * An acknowledgement came in slow start.
   *
   * @return true when slow start is over
   */
  boolean onAck(long acked, long flightBytes, long rttNs) {
    boolean over = false;
    ackedBytes += acked;
    if (rttNs > 0) {
      currentMinNs = Math.min(currentMinNs, rttNs);
      samples++;
      judge();
    }
    if (ackedBytes >= roundEnd) {
      over = conservative && --roundsLeft == 0;
      lastMinNs = currentMinNs;
      currentMinNs = NONE;
      samples = 0;
      roundEnd = ackedBytes + flightBytes;
    }
    return over;
  }

  private void judge() {
    if (samples < RTT_SAMPLES) {
      return;
    }
    if (conservative) {
      if (currentMinNs < baselineNs) {
        conservative = false;
        baselineNs = NONE;
      }
    } else if (lastMinNs != NONE) {
      long threshold = Math.clamp(lastMinNs / MIN_RTT_DIVISOR, MIN_RTT_THRESHOLD_NS, MAX_RTT_THRESHOLD_NS);
      if (currentMinNs >= lastMinNs + threshold) {
        conservative = true;
        baselineNs = currentMinNs;
        roundsLeft = CONSERVATIVE_ROUNDS;
      }
    }
  }

  /** By how much the window grows for what was acknowledged. */
  long growth(long acked) {
    return conservative ? acked / GROWTH_DIVISOR : acked;
  }

  boolean isConservative() {
    return conservative;
  }
}
