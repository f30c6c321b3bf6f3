package org.sluice.plugin.tcp.recovery;

import java.util.Arrays;
import org.sluice.plugin.tcp.sequence.SequenceNumbers;

/**
 * Whether what was sent again had not been lost, so that congestion control takes back what it did (RFC 4015). Two ways
 * to find out, both within one episode, a recovery or a timeout:
 *
 * <ul>
 *   <li>Eifel (RFC 3522): the first acknowledgement of new data echoes a timestamp from before the first
 *       retransmission.
 *   <li>D-SACK (RFC 3708): each copy that was sent is reported as a duplicate. The ranges of the copies are kept, up to
 *       {@value #MAX_COPIES}; a report pays for one copy of each byte.
 * </ul>
 *
 * <p>A duplicate of what was not sent twice was made by the network, and then reports prove nothing for the rest of the
 * episode.
 */
public final class UndoDetector {
  /** The most copies of an episode that D-SACKs are counted for. */
  public static final int MAX_COPIES = 64;

  private static final int FIRST_CAPACITY = 4;
  private static final int[] NO_INTS = {};

  private int[] left = NO_INTS;
  private int[] right = NO_INTS;
  private int copies;
  private boolean open;
  private boolean copied;
  private boolean byReports;
  private boolean byEcho;
  private int firstTimestamp;

  /** No episode is going on. */
  public UndoDetector() {}

  /** An episode begins: loss was found, or the timer expired for the first time. */
  public void begin() {
    open = true;
    copied = false;
    byReports = true;
    byEcho = false;
    copies = 0;
  }

  /** The episode is over, undone or because what was out when it began is long acknowledged. */
  public void close() {
    open = false;
    copies = 0;
  }

  /**
   * Something was sent again.
   *
   * @param copyLeft its first number
   * @param copyRight the number after its last
   * @param timestamp TSval that it carries
   * @param hasTimestamp whether it carries one
   */
  public void onCopy(int copyLeft, int copyRight, int timestamp, boolean hasTimestamp) {
    if (!open) {
      return;
    }
    if (!copied) {
      copied = true;
      byEcho = hasTimestamp;
      firstTimestamp = timestamp;
    }
    if (byReports) {
      note(copyLeft, copyRight);
    }
  }

  /**
   * Reports prove nothing in this episode: a rescue or a probe was sent, the receiver reneged, or the timer expired a
   * second time.
   */
  public void ignoreReports() {
    byReports = false;
    copies = 0;
  }

  /**
   * SND.UNA advances.
   *
   * @param echo TSecr
   * @param hasTimestamp whether the acknowledgement has one
   * @return true when the episode turns out to be spurious; it is over then
   */
  public boolean onAdvance(int echo, boolean hasTimestamp) {
    if (!open || !copied || !byEcho) {
      return false;
    }
    byEcho = false; // Only the first one decides.
    if (hasTimestamp && SequenceNumbers.before(echo, firstTimestamp)) {
      close();
      return true;
    }
    return false;
  }

  /**
   * A D-SACK reports a duplicate.
   *
   * @param from its first number
   * @param to the number after its last
   * @return true when the episode turns out to be spurious; it is over then
   */
  public boolean onDsack(int from, int to) {
    if (!open || !copied || !byReports) {
      return false;
    }
    int at = from;
    while (byReports && SequenceNumbers.before(at, to)) {
      int copy = lowestOverlapping(at, to);
      if (copy < 0 || SequenceNumbers.after(left[copy], at)) {
        ignoreReports();
        return false;
      }
      int paid = SequenceNumbers.min(right[copy], to);
      pay(copy, at, paid);
      at = paid;
    }
    if (byReports && copies == 0) {
      close();
      return true;
    }
    return false;
  }

  /**
   * Whether the first block of a SACK option reports a duplicate (RFC 2883 section 4): it is acknowledged, or within
   * the second block.
   *
   * @param blockLeft its left edge
   * @param blockRight its right edge
   * @param ack SEG.ACK of the segment that carries it
   * @param hasSecond whether there is a second block
   * @param secondLeft its left edge
   * @param secondRight its right edge
   */
  public static boolean isDsack(
      int blockLeft, int blockRight, int ack, boolean hasSecond, int secondLeft, int secondRight) {
    if (!SequenceNumbers.before(blockLeft, blockRight)) {
      return false;
    }
    return SequenceNumbers.before(blockLeft, ack) && SequenceNumbers.atMost(blockRight, ack)
        || hasSecond && SequenceNumbers.atLeast(blockLeft, secondLeft)
            && SequenceNumbers.atMost(blockRight, secondRight);
  }

  private int lowestOverlapping(int from, int to) {
    int lowest = -1;
    for (int i = 0; i < copies; i++) {
      if (SequenceNumbers.before(left[i], to) && SequenceNumbers.before(from, right[i])
          && (lowest < 0 || SequenceNumbers.before(left[i], left[lowest]))) {
        lowest = i;
      }
    }
    return lowest;
  }

  private void pay(int copy, int from, int to) {
    boolean restBefore = SequenceNumbers.before(left[copy], from);
    boolean restBehind = SequenceNumbers.before(to, right[copy]);
    if (restBefore && restBehind) {
      int end = right[copy];
      right[copy] = from;
      note(to, end);
    } else if (restBefore) {
      right[copy] = from;
    } else if (restBehind) {
      left[copy] = to;
    } else {
      copies--;
      left[copy] = left[copies];
      right[copy] = right[copies];
    }
  }

  private void note(int copyLeft, int copyRight) {
    if (copies == MAX_COPIES) {
      ignoreReports();
      return;
    }
    if (copies == left.length) {
      int grown = Math.max(FIRST_CAPACITY, 2 * copies);
      left = Arrays.copyOf(left, grown);
      right = Arrays.copyOf(right, grown);
    }
    left[copies] = copyLeft;
    right[copies] = copyRight;
    copies++;
  }

  /** Whether an episode is going on that may still be undone. */
  public boolean isOpen() {
    return open && (byEcho || byReports || !copied);
  }
}
