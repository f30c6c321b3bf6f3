package org.sluice.plugin.tcp.recovery;

import java.util.Arrays;
import org.sluice.plugin.tcp.sequence.SequenceNumbers;

/**
 * What was received beyond RCV.NXT, and the blocks of the SACK option that tell of it: the range of the newest segment
 * first, then those told before, the most recent first (RFC 2018 section 4); in front of them, once, a duplicate that
 * was received (RFC 2883 section 4). Sorted and apart, in primitive arrays up to a bound.
 */
public final class ReceiveRanges {
  /** The most blocks of an option, without timestamps. */
  public static final int MAX_BLOCKS = 4;
  private static final int FIRST_CAPACITY = 4;
  private static final int[] NO_INTS = {};
  private static final long[] NO_LONGS = {};

  private final int bound;
  private int[] left = NO_INTS;
  private int[] right = NO_INTS;
  // When a range last grew: larger is later.
  private long[] touched = NO_LONGS;
  private int count;
  private long touches;
  private boolean duplicatePending;
  private int duplicateLeft;
  private int duplicateRight;
  private final int[] blockLeft = new int[MAX_BLOCKS];
  private final int[] blockRight = new int[MAX_BLOCKS];

  /**
   * Without ranges.
   *
   * @param bound the most ranges
   */
  public ReceiveRanges(int bound) {
    assert bound >= FIRST_CAPACITY : bound;
    this.bound = bound;
  }

  /** Forgets everything, for another connection. Keeps the arrays. */
  public void clear() {
    count = 0;
    touches = 0;
    duplicatePending = false;
  }

  /**
   * Data arrived within the window, in order or not. What was there already is noted as a duplicate. Follow it with
   * {@link #advance} when it begins at RCV.NXT or before. A range for which there is no room is not told of, which
   * costs the peer a retransmission at worst.
   *
   * @param segmentLeft its first number
   * @param segmentRight the number after its last
   * @param receiveNext RCV.NXT
   */
  public void add(int segmentLeft, int segmentRight, int receiveNext) {
    assert SequenceNumbers.before(segmentLeft, segmentRight) : segmentLeft + " " + segmentRight;
    if (SequenceNumbers.before(segmentLeft, receiveNext)) {
      noteDuplicate(segmentLeft, SequenceNumbers.min(segmentRight, receiveNext));
      if (SequenceNumbers.atMost(segmentRight, receiveNext)) {
        return;
      }
    }
    int from = SequenceNumbers.max(segmentLeft, receiveNext);
    if (from != receiveNext || count > 0 && SequenceNumbers.atLeast(segmentRight, left[0])) {
      merge(from, segmentRight);
    }
  }

  private void merge(int from, int segmentRight) {
    int first = 0;
    while (first < count && SequenceNumbers.before(right[first], from)) {
      first++;
    }
    int last = first;
    int mergedLeft = from;
    int mergedRight = segmentRight;
    while (last < count && SequenceNumbers.atMost(left[last], segmentRight)) {
      int overlapLeft = SequenceNumbers.max(left[last], from);
      int overlapRight = SequenceNumbers.min(right[last], segmentRight);
      if (SequenceNumbers.before(overlapLeft, overlapRight)) {
        noteDuplicate(overlapLeft, overlapRight);
      }
      mergedLeft = SequenceNumbers.min(mergedLeft, left[last]);
      mergedRight = SequenceNumbers.max(mergedRight, right[last]);
      last++;
    }
    if (last == first && !insert(first)) {
      return;
    }
    if (last - first > 1) {
      close(first + 1, last);
    }
    left[first] = mergedLeft;
    right[first] = mergedRight;
    touched[first] = ++touches;
  }

  /** One block per segment tells of the first duplicate part, as the option has room for one. */
  private void noteDuplicate(int from, int to) {
    if (!duplicatePending) {
      duplicatePending = true;
      duplicateLeft = from;
      duplicateRight = to;
    }
  }

  private boolean insert(int at) {
    if (count == bound) {
      return false;
    }
    if (count == left.length) {
      int grown = Math.min(bound, Math.max(FIRST_CAPACITY, 2 * count));
      left = Arrays.copyOf(left, grown);
      right = Arrays.copyOf(right, grown);
      touched = Arrays.copyOf(touched, grown);
    }
    move(at, at + 1);
    count++;
    return true;
  }

  private void close(int from, int to) {
    move(to, from);
    count -= to - from;
  }

  private void move(int from, int to) {
    System.arraycopy(left, from, left, to, count - from);
    System.arraycopy(right, from, right, to, count - from);
    System.arraycopy(touched, from, touched, to, count - from);
  }

  /**
   * Data up to a number is in order. Ranges that it reaches are not out of order any more.
   *
   * @param next RCV.NXT after the segment
   * @return RCV.NXT after the ranges that follow it without a gap
   */
  public int advance(int next) {
    int reached = next;
    int gone = 0;
    while (gone < count && SequenceNumbers.atMost(left[gone], reached)) {
      reached = SequenceNumbers.max(reached, right[gone]);
      gone++;
    }
    close(0, gone);
    return reached;
  }

  /**
   * Chooses the blocks for an option. The duplicate is told once: it is forgotten by this.
   *
   * @param most the room, at most {@link #MAX_BLOCKS}
   * @return how many; read by {@link #blockLeft} and {@link #blockRight}
   */
  public int blocks(int most) {
    int chosen = 0;
    if (duplicatePending && most > 0) {
      blockLeft[chosen] = duplicateLeft;
      blockRight[chosen] = duplicateRight;
      duplicatePending = false;
      chosen++;
      int holder = rangeHolding(duplicateLeft);
      if (holder >= 0 && chosen < most) {
        // The range that the duplicate is part of follows it, for the sender to recognise it.
        touched[holder] = ++touches;
      }
    }
    int ranges = Math.min(count, most - chosen);
    long older = Long.MAX_VALUE;
    for (int i = 0; i < ranges; i++) {
      int newest = -1;
      for (int r = 0; r < count; r++) {
        if (touched[r] < older && (newest < 0 || touched[r] > touched[newest])) {
          newest = r;
        }
      }
      older = touched[newest];
      blockLeft[chosen] = left[newest];
      blockRight[chosen] = right[newest];
      chosen++;
    }
    return chosen;
  }

  private int rangeHolding(int sequence) {
    for (int r = 0; r < count; r++) {
      if (SequenceNumbers.atMost(left[r], sequence) && SequenceNumbers.before(sequence, right[r])) {
        return r;
      }
    }
    return -1;
  }

  /** Left edge of a block, 0 being the first of the option. */
  public int blockLeft(int block) {
    return blockLeft[block];
  }

  /** Right edge of a block. */
  public int blockRight(int block) {
    return blockRight[block];
  }

  /** Whether an acknowledgement has something to tell: a range or a duplicate. */
  public boolean hasBlocks() {
    return count > 0 || duplicatePending;
  }
}
