package org.sluice.plugin.tcp.congestion;

/**
 * How slow start grows.
 *
 * @param limitSegments L of RFC 3465 section 2.2: by how many segments at most the window grows for one
 *     acknowledgement. 2 for a sender that does not pace; one that does needs no bound (RFC 9406 section 4.3)
 * @param hyStart whether the first one ends when round trips grow longer (RFC 9406)
 */
public record SlowStart(int limitSegments, boolean hyStart) {
  /** For a sender that paces. */
  public static final SlowStart PACED = new SlowStart(Integer.MAX_VALUE, true);

  /** L is positive. */
  public SlowStart {
    if (limitSegments < 1) {
      throw new IllegalArgumentException("limitSegments: " + limitSegments);
    }
  }
}
