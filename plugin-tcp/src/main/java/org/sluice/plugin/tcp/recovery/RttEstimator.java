package org.sluice.plugin.tcp.recovery;

/**
 * Round trip time and retransmission timeout of one connection (RFC 6298). Microseconds. The caller keeps Karn's rule:
 * no sample from what was sent twice, unless a timestamp tells which copy was answered.
 */
public final class RttEstimator {
  /** The timeout for data after a SYN that had to be sent again (section 5.7). */
  private static final long RTO_AFTER_LOST_SYN_US = 3_000_000;
  /** How long a smallest round trip is remembered at most, and half as long at least. */
  private static final long MIN_RTT_WINDOW_US = 10_000_000;
  private static final double ALPHA = 1 / 8.0;
  private static final double BETA = 1 / 4.0;
  private static final int K = 4;

  private final long minRtoUs;
  private final long maxRtoUs;
  private final long granularityUs;
  private final long initialRtoUs;
  private double smoothedUs;
  private double variationUs;
  private boolean sampled;
  private long baseRtoUs;
  private long rtoUs;
  // The smallest of this window and of the one before.
  private long minUs;
  private long previousMinUs;
  private long windowStartUs;

  /**
   * Without samples.
   *
   * @param minRtoUs lower bound of the timeout, for example 200 ms
   * @param maxRtoUs upper bound, at least 60 s by section 2.5
   * @param granularityUs G: how finely timers fire
   * @param initialRtoUs the timeout before the first sample, 1 s by section 2.1
   */
  public RttEstimator(long minRtoUs, long maxRtoUs, long granularityUs, long initialRtoUs) {
    assert minRtoUs > 0 && minRtoUs <= maxRtoUs && granularityUs > 0 : minRtoUs + " " + maxRtoUs + " " + granularityUs;
    this.initialRtoUs = initialRtoUs;
    this.minRtoUs = minRtoUs;
    this.maxRtoUs = maxRtoUs;
    this.granularityUs = granularityUs;
    reset();
  }

  /** Forgets everything, for another connection. */
  public void reset() {
    smoothedUs = 0;
    variationUs = 0;
    sampled = false;
    minUs = Long.MAX_VALUE;
    previousMinUs = Long.MAX_VALUE;
    windowStartUs = 0;
    baseRtoUs = Math.clamp(initialRtoUs, minRtoUs, maxRtoUs);
    rtoUs = baseRtoUs;
  }

  /**
   * Goes on with what was known of the path some time ago; instead of samples, after {@link #reset}.
   *
   * @param smoothed SRTT then
   * @param variation RTTVAR then
   * @param nowUs the turn's time
   */
  public void resume(long smoothed, long variation, long nowUs) {
    smoothedUs = smoothed;
    variationUs = variation;
    sampled = true;
    rememberMinimum(smoothed, nowUs);
    computeTimeout();
  }

  /** The SYN was sent more than once before it was answered (section 5.7). Before the first sample. */
  public void synWasRetransmitted() {
    if (!sampled) {
      baseRtoUs = Math.clamp(RTO_AFTER_LOST_SYN_US, minRtoUs, maxRtoUs);
      rtoUs = baseRtoUs;
    }
  }

  /**
   * A round trip was measured. Ends the backoff.
   *
   * @param measuredUs the sample; less than 1 counts as 1
   * @param perRoundTrip how many samples one round trip yields: that many share the weight of one, or the memory of the
   *     filters would be a fraction of a round trip (RFC 7323 section 4.2 and appendix G)
   * @param nowUs the turn's time
   */
  public void sample(long measuredUs, int perRoundTrip, long nowUs) {
    long rttUs = Math.max(1, measuredUs);
    if (!sampled) {
      smoothedUs = rttUs;
      variationUs = rttUs / 2.0;
    } else {
      int shared = Math.max(1, perRoundTrip);
      variationUs += BETA / shared * (Math.abs(smoothedUs - rttUs) - variationUs);
      smoothedUs += ALPHA / shared * (rttUs - smoothedUs);
    }
    sampled = true;
    rememberMinimum(rttUs, nowUs);
    computeTimeout();
  }

  private void computeTimeout() {
    baseRtoUs = Math.clamp((long) (smoothedUs + Math.max((double) granularityUs, K * variationUs)), minRtoUs, maxRtoUs);
    rtoUs = baseRtoUs;
  }

  private void rememberMinimum(long rttUs, long nowUs) {
    if (minUs == Long.MAX_VALUE || nowUs - windowStartUs >= MIN_RTT_WINDOW_US / 2) {
      previousMinUs = minUs == Long.MAX_VALUE || nowUs - windowStartUs >= MIN_RTT_WINDOW_US ? rttUs : minUs;
      minUs = rttUs;
      windowStartUs = nowUs;
    }
    minUs = Math.min(minUs, rttUs);
  }

  /** The timer expired (section 5.5): doubles the timeout, up to its bound. */
  public void backOff() {
    rtoUs = Math.min(maxRtoUs, rtoUs * 2);
  }

  /** The expiry turned out to be spurious: the timeout is the computed one again. */
  public void endBackoff() {
    rtoUs = baseRtoUs;
  }

  /** RTO with its backoff, microseconds. */
  public long rtoUs() {
    return rtoUs;
  }

  /** Whether there was a sample. */
  public boolean hasSample() {
    return sampled;
  }

  /** SRTT, microseconds; 0 before the first sample. */
  public long smoothedUs() {
    return (long) smoothedUs;
  }

  /** RTTVAR, microseconds; 0 before the first sample. */
  public long variationUs() {
    return (long) variationUs;
  }

  /** The smallest sample of the last 5 to 10 seconds of samples, microseconds; 0 before the first. */
  public long minUs() {
    return sampled ? Math.min(minUs, previousMinUs) : 0;
  }
}
