package org.sluice.spi.transport;

/**
 * A token bucket that spreads a connection's sending over time. Time is an argument; one owner, the connection's
 * worker.
 *
 * <p>Tokens are bytes. They accrue at the rate up to one burst, and a burst is what the rate yields in one interval: a
 * twentieth of the round trip, at least 1 us and at most 1 ms. A bucket never holds less than one segment, so that a
 * jumbo segment can always leave in the end.
 */
public final class Pacer {
  /** Bursts per round trip aimed at. */
  static final int BURSTS_PER_RTT = 20;
  /** The shortest burst interval. */
  static final long MIN_INTERVAL_NS = 1_000;
  /** The longest burst interval. */
  static final long MAX_INTERVAL_NS = 1_000_000;
  /** The most segments of one burst. */
  static final int MAX_BURST_SEGMENTS = 43;
  private static final long NS_PER_SECOND = 1_000_000_000L;

  private long bytesPerSecond;
  private long lastNs;
  private long remainder;
  private int bucketBytes;
  private int maxBurstBytes;

  /** A pacer that allows nothing until it has a {@link #rate}. */
  public Pacer() {}

  /**
   * Sets the rate. What has accrued is kept, up to the new burst.
   *
   * @param newBytesPerSecond payload per second, at least 1
   * @param rttNs the round trip time that the burst interval is derived from
   * @param segmentBytes payload of one segment
   * @param nowNs the turn's time
   */
  public void rate(long newBytesPerSecond, long rttNs, int segmentBytes, long nowNs) {
    accrue(nowNs);
    bytesPerSecond = Math.max(1, newBytesPerSecond);
    long intervalNs = Math.clamp(rttNs / BURSTS_PER_RTT, MIN_INTERVAL_NS, MAX_INTERVAL_NS);
    long perInterval = (long) ((double) bytesPerSecond * intervalNs / NS_PER_SECOND);
    long mostBytes = (long) segmentBytes * MAX_BURST_SEGMENTS;
    maxBurstBytes = (int) Math.clamp(perInterval, segmentBytes, Math.min(mostBytes, Integer.MAX_VALUE));
    bucketBytes = Math.min(bucketBytes, maxBurstBytes);
  }

  /**
   * Starts afresh after the connection was idle: one burst, no credit for the idle time.
   *
   * @param nowNs the turn's time
   */
  public void restart(long nowNs) {
    lastNs = nowNs;
    remainder = 0;
    bucketBytes = maxBurstBytes;
  }

  /**
   * What may be sent now.
   *
   * @param nowNs the turn's time
   * @return bytes; zero or less after an overdraft
   */
  public int allowance(long nowNs) {
    accrue(nowNs);
    return bucketBytes;
  }

  /**
   * How long until so much may be sent, if nothing is sent meanwhile.
   *
   * @param bytes payload wanted; more than one burst never accrues and counts as one
   * @param nowNs the turn's time
   * @return nanoseconds, 0 when it may be sent now; {@link Long#MAX_VALUE} before the pacer has a {@link #rate}
   */
  public long delayNs(int bytes, long nowNs) {
    accrue(nowNs);
    long missing = (long) Math.min(bytes, maxBurstBytes) - bucketBytes;
    if (bytesPerSecond == 0) {
      return Long.MAX_VALUE;
    }
    if (missing <= 0) {
      return 0;
    }
    long scaled = missing * NS_PER_SECOND - remainder;
    return (scaled + bytesPerSecond - 1) / bytesPerSecond;
  }

  /**
   * Takes tokens for what was sent; a burst may overdraw by the rest of its last segment.
   *
   * @param bytes payload sent
   */
  public void consume(int bytes) {
    bucketBytes -= bytes;
  }

  /**
   * The rate.
   *
   * @return bytes per second
   */
  public long bytesPerSecond() {
    return bytesPerSecond;
  }

  /**
   * The most that one burst may hold.
   *
   * @return bytes
   */
  public int maxBurstBytes() {
    return maxBurstBytes;
  }

  private void accrue(long nowNs) {
    long elapsedNs = nowNs - lastNs;
    lastNs = nowNs;
    if (elapsedNs <= 0 || bytesPerSecond == 0) {
      return;
    }
    // Two to the power of 32 at most, so that this product and the one below, which is no larger, fit a long.
    long missingBytes = (long) maxBurstBytes - bucketBytes;
    if (elapsedNs > missingBytes * NS_PER_SECOND / bytesPerSecond) {
      bucketBytes = maxBurstBytes;
      remainder = 0;
      return;
    }
    long scaled = bytesPerSecond * elapsedNs + remainder;
    remainder = scaled % NS_PER_SECOND;
    bucketBytes = (int) Math.min(maxBurstBytes, bucketBytes + scaled / NS_PER_SECOND);
  }
}
