package org.sluice.plugin.tcp.congestion;

import org.sluice.plugin.tcp.sequence.SequenceNumbers;

/**
 * Whether the congestion window is what limits a connection: what {@code CongestionControl.Connection} answers. A
 * window that is not used says nothing about the path, and must not grow (RFC 7661, RFC 9438 section 5.8).
 *
 * <p>Marked per flight: acknowledgements of a flight that filled the window count as limited though nothing is sent on
 * them, those of one that did not do not. In slow start half a window is enough, as it doubles per round trip.
 */
public final class WindowUsage {
  private boolean limited;
  private long mostBytes;
  private int flightEnd;

  /** To be started with {@link #reset}. */
  public WindowUsage() {}

  /**
   * Forgets everything, for another connection.
   *
   * @param una SND.UNA
   */
  public void reset(int una) {
    limited = false;
    mostBytes = 0;
    flightEnd = una;
  }

  /**
   * A burst was sent.
   *
   * @param una SND.UNA
   * @param nxt SND.NXT behind it
   * @param flightBytes what is in flight with it
   * @param windowBytes the congestion window; a rest that holds no segment counts as used
   * @param segmentBytes SMSS
   */
  public void onSent(int una, int nxt, long flightBytes, long windowBytes, int segmentBytes) {
    boolean full = flightBytes + segmentBytes > windowBytes;
    if (full || SequenceNumbers.atLeast(una, flightEnd) || (!limited && flightBytes > mostBytes)) {
      limited = full;
      mostBytes = flightBytes;
      flightEnd = nxt;
    }
  }

  /**
   * Whether the window limited the flight that is being acknowledged.
   *
   * @param windowBytes the congestion window
   * @param slowStart whether it is below the slow start threshold
   */
  public boolean isLimited(long windowBytes, boolean slowStart) {
    return limited || (slowStart && windowBytes < 2 * mostBytes);
  }
}
