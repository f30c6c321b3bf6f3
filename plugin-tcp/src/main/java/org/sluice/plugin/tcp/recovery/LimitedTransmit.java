package org.sluice.plugin.tcp.recovery;

/** New data on the first two duplicate acknowledgements, so that a third can come (RFC 3042). */
public final class LimitedTransmit {
  /** What may be in flight beyond the congestion window, in segments. */
  static final int EXTRA_SEGMENTS = 2;

  private LimitedTransmit() {}

  /**
   * How much new data may be sent on a duplicate acknowledgement before recovery begins.
   *
   * @param duplicateAcks how many have come, this one included; with SACK those that told of something new
   * @param flightBytes FlightSize: outstanding, what is SACKed included
   * @param windowBytes the congestion window, which does not grow by this
   * @param segmentBytes SMSS
   * @return bytes: at most one segment for each duplicate
   */
  public static long allowance(int duplicateAcks, long flightBytes, long windowBytes, int segmentBytes) {
    int extra = Math.min(duplicateAcks, EXTRA_SEGMENTS);
    return Math.max(0, windowBytes + (long) extra * segmentBytes - flightBytes);
  }
}
