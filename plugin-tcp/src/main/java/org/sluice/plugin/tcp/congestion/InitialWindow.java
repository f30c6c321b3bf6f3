package org.sluice.plugin.tcp.congestion;

/** How much may be sent at once on a new connection (RFC 6928). */
public final class InitialWindow {
  private static final int USUAL_SEGMENT_BYTES = 1460;

  private InitialWindow() {}

  /**
   * The initial window: so many segments, but of large segments no more bytes than of usual ones, and two in any case.
   *
   * @param segments 10, or what is configured
   * @param segmentBytes SMSS
   * @param synWasLost whether the SYN or SYN-ACK had to be sent again: one segment then (RFC 5681 section 3.1)
   * @return bytes
   */
  public static long bytes(int segments, int segmentBytes, boolean synWasLost) {
    assert segments > 0 && segmentBytes > 0 : segments + " " + segmentBytes;
    if (synWasLost) {
      return segmentBytes;
    }
    return Math.min((long) segments * segmentBytes,
        Math.max(2L * segmentBytes, (long) segments * USUAL_SEGMENT_BYTES));
  }
}
