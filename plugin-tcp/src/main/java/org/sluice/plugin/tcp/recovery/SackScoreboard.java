package org.sluice.plugin.tcp.recovery;

import java.util.Arrays;
import org.sluice.plugin.tcp.sequence.SequenceNumbers;

/**
 * What the peer has said to hold beyond SND.UNA (RFC 2018, RFC 6675): ranges, sorted and apart, in primitive arrays
 * that grow up to a bound. Knows nothing of segments or times; loss is by counting (section 4, IsLost). A range for
 * which there is no room is ignored, which costs a retransmission at worst, and counted.
 */
public final class SackScoreboard {
  /** {@link #nextSegment}: nothing may be sent. */
  public static final int NONE = 0;
  /** {@link #nextSegment}, rule 1: {@link #nextLeft} is lost and was not sent again. */
  public static final int LOST = 1;
  /** {@link #nextSegment}, rule 2: new data. */
  public static final int NEW_DATA = 2;
  /** {@link #nextSegment}, rule 3: {@link #nextLeft} is missing, though not lost for certain. */
  public static final int MISSING = 3;
  /** {@link #nextSegment}, rule 4: {@link #nextLeft} is sent to draw an acknowledgement; once per recovery. */
  public static final int RESCUE = 4;
  private static final int DUPLICATE_THRESHOLD = 3;
  private static final int FIRST_CAPACITY = 4;
  private static final int[] NO_INTS = {};

  private final int bound;
  private int[] left = NO_INTS;
  private int[] right = NO_INTS;
  private int count;
  private long bytes;
  private long overflows;
  private int nextLeft;
  private int nextRight;

  /**
   * Without ranges.
   *
   * @param bound the most ranges
   */
  public SackScoreboard(int bound) {
    assert bound >= FIRST_CAPACITY : bound;
    this.bound = bound;
  }

  /** Forgets everything; also when the receiver has reneged (RFC 2018 section 8). */
  public void clear() {
    count = 0;
    bytes = 0;
  }

  /** {@link #clear}, and the arrays are given back. */
  public void release() {
    clear();
    left = NO_INTS;
    right = NO_INTS;
  }

  /**
   * A block of a SACK option. A block that is no part of what is out is ignored: D-SACKs ({@link #isDsack}), old ones,
   * and lies.
   *
   * @param blockLeft the first number
   * @param blockRight the number after the last
   * @param una SND.UNA
   * @param nxt SND.NXT
   * @return bytes that are new
   */
  public int add(int blockLeft, int blockRight, int una, int nxt) {
    if (!SequenceNumbers.before(blockLeft, blockRight) || SequenceNumbers.before(blockLeft, una)
        || SequenceNumbers.after(blockRight, nxt)) {
      return 0;
    }
    int from = firstThatEndsAtOrAfter(blockLeft);
    int to = from;
    int mergedLeft = blockLeft;
    int mergedRight = blockRight;
    int known = 0;
    while (to < count && SequenceNumbers.atMost(left[to], blockRight)) {
      known += right[to] - left[to];
      mergedLeft = SequenceNumbers.min(mergedLeft, left[to]);
      mergedRight = SequenceNumbers.max(mergedRight, right[to]);
      to++;
    }
    if (to == from && !insert(from)) {
      return 0;
    }
    if (to - from > 1) {
      close(from + 1, to);
    }
    left[from] = mergedLeft;
    right[from] = mergedRight;
    int added = mergedRight - mergedLeft - known;
    bytes += added;
    return added;
  }

  private int firstThatEndsAtOrAfter(int sequence) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (SequenceNumbers.before(right[middle], sequence)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean insert(int at) {
    if (count == bound) {
      overflows++;
      return false;
    }
    if (count == left.length) {
      int grown = Math.min(bound, Math.max(FIRST_CAPACITY, 2 * count));
      left = Arrays.copyOf(left, grown);
      right = Arrays.copyOf(right, grown);
    }
    System.arraycopy(left, at, left, at + 1, count - at);
    System.arraycopy(right, at, right, at + 1, count - at);
    count++;
    return true;
  }

  private void close(int from, int to) {
    System.arraycopy(left, to, left, from, count - to);
    System.arraycopy(right, to, right, from, count - to);
    count -= to - from;
  }

  /**
   * Everything below a number is acknowledged.
   *
   * @param una the new SND.UNA
   * @return bytes below it that had been SACKed: they were delivered before
   */
  public int acknowledge(int una) {
    int gone = 0;
    int known = 0;
    while (gone < count && SequenceNumbers.atMost(right[gone], una)) {
      known += right[gone] - left[gone];
      gone++;
    }
    close(0, gone);
    if (count > 0 && SequenceNumbers.before(left[0], una)) {
      known += una - left[0];
      left[0] = una;
    }
    bytes -= known;
    return known;
  }

  /**
   * Whether the data at SND.UNA is SACKed and yet not acknowledged: the receiver has reneged.
   *
   * @param una SND.UNA
   */
  public boolean hasReneged(int una) {
    return count > 0 && SequenceNumbers.atMost(left[0], una);
  }

  /**
   * Whether the first block of a SACK option reports a duplicate (RFC 2883 section 4).
   *
   * @param blockLeft the first block's left edge
   * @param blockRight the first block's right edge
   * @param ack SEG.ACK of the segment that carries it
   * @param hasSecond whether there is a second block
   * @param secondLeft its left edge
   * @param secondRight its right edge
   */
  public static boolean isDsack(
      int blockLeft, int blockRight, int ack, boolean hasSecond, int secondLeft, int secondRight) {
    return SequenceNumbers.before(blockLeft, ack)
        || (hasSecond && SequenceNumbers.atLeast(blockLeft, secondLeft)
            && SequenceNumbers.atMost(blockRight, secondRight));
  }

  /**
   * IsLost (RFC 6675 section 4): three ranges, or more than two full segments, are SACKed above it.
   *
   * @param sequence a number that is not SACKed
   * @param segmentBytes SMSS
   */
  public boolean isLost(int sequence, int segmentBytes) {
    int range = highestAboveLost(segmentBytes);
    return range >= 0 && SequenceNumbers.before(sequence, left[range]);
  }

  /** The highest range of which all holes below are lost, -1 when there is none. */
  private int highestAboveLost(int segmentBytes) {
    int above = 0;
    for (int i = count - 1; i >= 0; i--) {
      above += right[i] - left[i];
      if (count - i >= DUPLICATE_THRESHOLD || above > (DUPLICATE_THRESHOLD - 1) * segmentBytes) {
        return i;
      }
    }
    return -1;
  }

  /**
   * SetPipe (RFC 6675 section 4): an estimate of the bytes in the network.
   *
   * @param una SND.UNA
   * @param nxt SND.NXT
   * @param highRxt the number after the highest one that was sent again in this recovery; SND.UNA if none was
   * @param segmentBytes SMSS
   */
  public long pipe(int una, int nxt, int highRxt, int segmentBytes) {
    int lostHoles = highestAboveLost(segmentBytes);
    long pipe = 0;
    int holeLeft = una;
    for (int i = 0; i <= count; i++) {
      int holeRight = i < count ? left[i] : nxt;
      // A hole is lost as a whole or not at all, because what is SACKed above all of it is the same.
      if (i > lostHoles) {
        pipe += holeRight - holeLeft;
      }
      pipe += Math.clamp((long) (highRxt - holeLeft), 0, holeRight - holeLeft);
      holeLeft = i < count ? right[i] : nxt;
    }
    return pipe;
  }

  /**
   * NextSeg (RFC 6675 section 4). Leaves what to send in {@link #nextLeft} and {@link #nextRight}, at most one segment.
   *
   * @param una SND.UNA
   * @param nxt SND.NXT
   * @param highRxt the number after the highest one that was sent again in this recovery; SND.UNA if none was
   * @param newBytes new data that is there and that the peer's window allows
   * @param rescueAllowed whether this recovery has had no rescue yet
   * @param segmentBytes SMSS
   * @return a rule
   */
  public int nextSegment(int una, int nxt, int highRxt, int newBytes, boolean rescueAllowed, int segmentBytes) {
    boolean found = findHoleFrom(SequenceNumbers.max(una, highRxt));
    if (found && isLost(nextLeft, segmentBytes)) {
      return cut(segmentBytes, LOST);
    }
    if (newBytes > 0) {
      nextLeft = nxt;
      nextRight = nxt + Math.min(newBytes, segmentBytes);
      return NEW_DATA;
    }
    if (found) {
      return cut(segmentBytes, MISSING);
    }
    int tail = count == 0 ? una : right[count - 1];
    if (rescueAllowed && SequenceNumbers.before(tail, nxt)) {
      nextRight = nxt;
      nextLeft = SequenceNumbers.max(tail, nxt - segmentBytes);
      return RESCUE;
    }
    return NONE;
  }

  private int cut(int segmentBytes, int rule) {
    nextRight = SequenceNumbers.min(nextRight, nextLeft + segmentBytes);
    return rule;
  }

  /** Looks for the first hole below a range, at or above a number. */
  private boolean findHoleFrom(int sequence) {
    nextLeft = sequence;
    for (int i = firstThatEndsAtOrAfter(sequence); i < count; i++) {
      if (SequenceNumbers.before(nextLeft, left[i])) {
        nextRight = left[i];
        return true;
      }
      nextLeft = SequenceNumbers.max(nextLeft, right[i]);
    }
    return false;
  }

  /** The first number of what to send. */
  public int nextLeft() {
    return nextLeft;
  }

  /** The number after what to send. */
  public int nextRight() {
    return nextRight;
  }

  /** Number of ranges. */
  public int count() {
    return count;
  }

  /** Left edge of a range, the lowest being 0. */
  public int left(int range) {
    return left[range];
  }

  /** Right edge of a range. */
  public int right(int range) {
    return right[range];
  }

  /** Bytes in all ranges. */
  public long bytes() {
    return bytes;
  }

  /** How many blocks were ignored for want of room, since the object was made. */
  public long overflows() {
    return overflows;
  }
}
