package org.sluice.spi.transport;

/**
 * A token bucket that spreads a connection's sending over time. Time is an argument; one owner, the connection's
 * worker.
 *
 * <p>Tokens are bytes and accrue at the rate. A burst, the most that is allowed at a time, is what the rate yields in
 * one interval: a twentieth of the round trip, at least 1 us and at most 1 ms. It is never less than one segment, so
 * that a jumbo segment can always leave in the end, and never more than 43.
 *
 * <p>The bucket holds more than a burst, for a worker that wakes late: what the rate yields in the longest interval, at
 * least one segment and at most 43. So a sender that comes within a segment's time, or 1 ms if that is longer, loses
 * nothing of its rate and catches up in several bursts; one that was idle for longer has no more credit than that.
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
  private int capacityBytes;

  /** A pacer that allows nothing until it has a {@link #rate}. */
  public Pacer() {}

  /**
   * Sets the rate. What has accrued is kept, as far as it fits the new bucket.
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
    maxBurstBytes = bytesIn(intervalNs, segmentBytes);
    long capacity = (long) maxBurstBytes + bytesIn(MAX_INTERVAL_NS, segmentBytes);
    capacityBytes = (int) Math.min(capacity, Integer.MAX_VALUE);
    bucketBytes = Math.min(bucketBytes, capacityBytes);
  }

  /** What the rate yields in an interval, within the bounds of a burst. */
  private int bytesIn(long intervalNs, int segmentBytes) {
    long yielded = (long) ((double) bytesPerSecond * intervalNs / NS_PER_SECOND);
    long mostBytes = Math.min((long) segmentBytes * MAX_BURST_SEGMENTS, Integer.MAX_VALUE);
    return (int) Math.clamp(yielded, segmentBytes, mostBytes);
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
   * What may be sent now: at most one burst.
   *
   * @param nowNs the turn's time
   * @return bytes; zero or less after an overdraft
   */
  public int allowance(long nowNs) {
    accrue(nowNs);
    return Math.min(bucketBytes, maxBurstBytes);
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
    long missingBytes = (long) capacityBytes - bucketBytes;
    if (elapsedNs > missingBytes * NS_PER_SECOND / bytesPerSecond) {
      bucketBytes = capacityBytes;
      remainder = 0;
      return;
    }
    long scaled = bytesPerSecond * elapsedNs + remainder;
    remainder = scaled % NS_PER_SECOND;
    bucketBytes = (int) Math.min(capacityBytes, bucketBytes + scaled / NS_PER_SECOND);
  }
}
