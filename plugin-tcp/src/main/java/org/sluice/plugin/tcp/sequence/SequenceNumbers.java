package org.sluice.plugin.tcp.sequence;

/**
 * Sequence numbers modulo 2^32 (RFC 9293 section 3.4), and timestamps, which compare alike (RFC 7323 section 5.2). Two
 * numbers that are exactly 2^31 apart have no order; each is then less than the other.
 */
public final class SequenceNumbers {
  /**
   * After this idle time a remembered timestamp says nothing any more, because the peer's clock may have wrapped (RFC
   * 7323 section 5.5): 24 days.
   */
  private static final long PAWS_IDLE_US = 24L * 24 * 3_600 * 1_000_000;

  private SequenceNumbers() {}

  /** {@code a < b}. */
  public static boolean before(int a, int b) {
    return a - b < 0;
  }

  /** {@code a <= b}. */
  public static boolean atMost(int a, int b) {
    return a - b <= 0;
  }

  /** {@code a > b}. */
  public static boolean after(int a, int b) {
    return a - b > 0;
  }

  /** {@code a >= b}. */
  public static boolean atLeast(int a, int b) {
    return a - b >= 0;
  }

  /** The later one. */
  public static int max(int a, int b) {
    return a - b >= 0 ? a : b;
  }

  /** The earlier one. */
  public static int min(int a, int b) {
    return a - b <= 0 ? a : b;
  }

  /**
   * Whether a timestamp proves a segment to be an old duplicate (RFC 7323 section 5.3, R1). Not to be asked of RST.
   *
   * @param timestamp TSval of the segment
   * @param recent TS.Recent
   * @param idleUs how long ago TS.Recent was taken
   */
  public static boolean failsPaws(int timestamp, int recent, long idleUs) {
    return before(timestamp, recent) && idleUs < PAWS_IDLE_US;
  }
}
