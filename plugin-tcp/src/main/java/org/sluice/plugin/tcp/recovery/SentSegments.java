package org.sluice.plugin.tcp.recovery;

import java.util.Arrays;
import org.sluice.plugin.tcp.sequence.SequenceNumbers;

/**
 * What was sent and is not acknowledged cumulatively: one record per segment, in the order of sequence numbers, without
 * gaps. A ring in primitive arrays that grows in powers of two up to a bound; without arrays until the first segment,
 * and {@link #release} gives them back.
 *
 * <p>A record is known by its position, counted from the oldest. Positions move when records are acknowledged or split,
 * so none outlives the call that follows. A segment that is SACKed stays until it is acknowledged, because a receiver
 * may renege (RFC 2018 section 8).
 *
 * <p>A walk over the records jumps over those that are SACKed: each knows how many behind it are too, at least, and
 * walks make that longer (path compression), so that a window with few holes costs what its holes cost.
 */
public final class SentSegments {
  static final byte RETRANSMITTED = 1;
  static final byte SACKED = 2;
  static final byte LOST = 4;
  /** Sent again since it was found lost; the copy counts as being in flight. */
  static final byte COPY_IN_FLIGHT = 8;
  static final byte APP_LIMITED = 16;
  private static final int FIRST_CAPACITY = 8;
  private static final int[] NO_INTS = {};
  private static final long[] NO_LONGS = {};
  private static final byte[] NO_BYTES = {};

  /** When it was sent last, and for the first time. */
  long[] lastSentUs = NO_LONGS;
  long[] firstSentUs = NO_LONGS;
  /** What {@link DeliveryRate} noted when it was sent last. */
  long[] deliveredAtSend = NO_LONGS;
  long[] deliveredUsAtSend = NO_LONGS;
  long[] flightStartUsAtSend = NO_LONGS;
  byte[] flags = NO_BYTES;
  private int[] left = NO_INTS;
  private int[] run = NO_INTS;
  private final int bound;
  private int mask = -1;
  private int head;
  private int count;
  private int end;
  private int segmentBytes = 1;
  private long sackedBytes;
  private long lostBytes;
  private long copyBytes;
  private int sackedSegments;
  private int nextLostFrom;

  /**
   * Without records.
   *
   * @param bound the most records, a power of two
   */
  public SentSegments(int bound) {
    assert bound >= FIRST_CAPACITY && Integer.bitCount(bound) == 1 : bound;
    this.bound = bound;
  }

  /**
   * Forgets everything and starts at a sequence number. Keeps the arrays.
   *
   * @param una SND.UNA
   */
  public void reset(int una) {
    head = 0;
    count = 0;
    end = una;
    sackedBytes = 0;
    lostBytes = 0;
    copyBytes = 0;
    sackedSegments = 0;
    nextLostFrom = 0;
  }

  /** Gives the arrays back; only while it is empty. */
  public void release() {
    assert count == 0 : count;
    lastSentUs = NO_LONGS;
    firstSentUs = NO_LONGS;
    deliveredAtSend = NO_LONGS;
    deliveredUsAtSend = NO_LONGS;
    flightStartUsAtSend = NO_LONGS;
    flags = NO_BYTES;
    left = NO_INTS;
    run = NO_INTS;
    mask = -1;
    head = 0;
  }

  /** The payload of a full segment: where records are cut, and what a SACKed segment counts as. */
  public void segmentBytes(int bytes) {
    assert bytes > 0 : bytes;
    if (bytes == segmentBytes) {
      return;
    }
    segmentBytes = bytes;
    sackedSegments = 0;
    for (int p = 0; p < count; p++) {
      sackedSegments += isSacked(p) ? segments(length(p)) : 0;
    }
  }

  /** Whether there is no room for one more; the connection sends no new data then. */
  public boolean isFull() {
    return count == bound;
  }

  /** The most records. */
  public int bound() {
    return bound;
  }

  /** Records that the arrays have room for as they are. */
  public int capacity() {
    return mask + 1;
  }

  /** Number of records. */
  public int count() {
    return count;
  }

  /**
   * New data was sent, behind all that was sent before.
   *
   * @param length what it occupies of the sequence space, FIN included
   * @param nowUs the time of sending
   * @return its position
   */
  public int append(int length, long nowUs) {
    assert length > 0 && count < bound : length + " " + count;
    if (count > mask) {
      grow();
    }
    int slot = (head + count) & mask;
    left[slot] = end;
    run[slot] = 1;
    firstSentUs[slot] = nowUs;
    lastSentUs[slot] = nowUs;
    flags[slot] = 0;
    end += length;
    return count++;
  }

  /**
   * A record was sent again. It must be of a size that can be sent ({@link #split}).
   *
   * @param position whose
   * @param nowUs the time of sending
   */
  public void resent(int position, long nowUs) {
    int slot = slot(position);
    lastSentUs[slot] = nowUs;
    flags[slot] |= RETRANSMITTED;
    if ((flags[slot] & (LOST | COPY_IN_FLIGHT)) == LOST) {
      flags[slot] |= COPY_IN_FLIGHT;
      copyBytes += length(position);
    }
  }

  /**
   * Cuts a record in two that share all but their bytes.
   *
   * @param position which; not one that is SACKed
   * @param bytes what stays in the first, less than its length
   * @return false when there is no room for one more record; nothing has happened then
   */
  public boolean split(int position, int bytes) {
    assert bytes > 0 && bytes < length(position) && !isSacked(position) : bytes;
    if (count == bound) {
      return false;
    }
    if (count > mask) {
      grow();
    }
    // The shorter side makes room.
    if (position < count / 2) {
      head = (head - 1) & mask;
      for (int p = 0; p <= position; p++) {
        copy(slot(p + 1), slot(p));
      }
    } else {
      for (int p = count; p > position; p--) {
        copy(slot(p - 1), slot(p));
      }
    }
    count++;
    left[slot(position + 1)] += bytes;
    if (nextLostFrom > position) {
      nextLostFrom = position;
    }
    return true;
  }

  private void copy(int from, int to) {
    left[to] = left[from];
    run[to] = run[from];
    lastSentUs[to] = lastSentUs[from];
    firstSentUs[to] = firstSentUs[from];
    deliveredAtSend[to] = deliveredAtSend[from];
    deliveredUsAtSend[to] = deliveredUsAtSend[from];
    flightStartUsAtSend[to] = flightStartUsAtSend[from];
    flags[to] = flags[from];
  }

  /**
   * Everything below a number is acknowledged.
   *
   * @param una the new SND.UNA, at most {@link #end}; an old one does nothing
   * @param rack told of each record that is delivered by it
   * @param rate told of each record that is delivered by it
   * @return bytes that are newly delivered: without those that had been SACKed
   */
  public long acknowledge(int una, RackTlp rack, DeliveryRate rate) {
    assert SequenceNumbers.atMost(una, end) : una + " " + end;
    long delivered = 0;
    int dropped = 0;
    while (count > 0 && SequenceNumbers.atMost(rightOf(0), una)) {
      int slot = head;
      if ((flags[slot] & SACKED) == 0) {
        delivered += length(0);
        tell(slot, rightOf(0), length(0), rack, rate);
      }
      trim(slot, length(0), length(0));
      head = (head + 1) & mask;
      count--;
      dropped++;
    }
    if (count > 0 && SequenceNumbers.before(left[head], una)) {
      int bytes = una - left[head];
      if ((flags[head] & SACKED) == 0) {
        // Its rest is still out: no round trip ends here, but bytes have arrived.
        delivered += bytes;
        rate.onPartlyDelivered(bytes);
      }
      trim(head, length(0), bytes);
      left[head] = una;
    }
    nextLostFrom = Math.max(0, nextLostFrom - dropped);
    return delivered;
  }

  /**
   * A block of a SACK option arrived. A record counts as SACKed when all of it is; one of several full segments is cut
   * where they meet, so that a peer cannot grind records to dust.
   *
   * @param blockLeft the first number
   * @param blockRight the number after the last
   * @param rack told of each record that is delivered by it
   * @param rate told of each record that is delivered by it
   * @return bytes that are newly delivered
   */
  public long sack(int blockLeft, int blockRight, RackTlp rack, DeliveryRate rate) {
    if (count == 0 || !SequenceNumbers.before(blockLeft, blockRight) || SequenceNumbers.after(blockRight, end)
        || SequenceNumbers.before(blockLeft, left[head])) {
      return 0;
    }
    long delivered = 0;
    int position = positionOf(blockLeft);
    while (position < count && SequenceNumbers.before(leftOf(position), blockRight)) {
      if (isSacked(position)) {
        position = skip(position);
        continue;
      }
      int within = cutTo(position, blockLeft, blockRight);
      if (within >= 0) {
        delivered += markSacked(within, rack, rate);
        position = within;
      }
      position++;
    }
    return delivered;
  }

  /** Cuts a record so that one lies within the block; its position, or -1 when none does. */
  private int cutTo(int position, int blockLeft, int blockRight) {
    int outside = Math.max(0, blockLeft - leftOf(position));
    int at = position;
    if (outside > 0) {
      outside = segments(outside) * segmentBytes;
      if (outside >= length(at) || !split(at, outside)) {
        return -1;
      }
      at++;
    }
    if (SequenceNumbers.after(rightOf(at), blockRight)) {
      int inside = Math.max(0, blockRight - leftOf(at)) / segmentBytes * segmentBytes;
      if (inside == 0 || !split(at, inside)) {
        return -1;
      }
    }
    return at;
  }

  private int markSacked(int position, RackTlp rack, DeliveryRate rate) {
    int slot = slot(position);
    int length = length(position);
    tell(slot, rightOf(position), length, rack, rate);
    trim(slot, length, length);
    flags[slot] = (byte) (flags[slot] & ~(LOST | COPY_IN_FLIGHT) | SACKED);
    run[slot] = 1;
    sackedBytes += length;
    sackedSegments += segments(length);
    return length;
  }

  private void tell(int slot, int right, int length, RackTlp rack, DeliveryRate rate) {
    rack.onDelivered(lastSentUs[slot], right, (flags[slot] & RETRANSMITTED) != 0);
    rate.onDelivered(this, slot, length);
  }

  /** Takes the first bytes of a record out of the sums. */
  private void trim(int slot, int length, int bytes) {
    byte flag = flags[slot];
    if ((flag & SACKED) != 0) {
      sackedBytes -= bytes;
      sackedSegments -= segments(length) - segments(length - bytes);
    }
    if ((flag & LOST) != 0) {
      lostBytes -= bytes;
    }
    if ((flag & COPY_IN_FLIGHT) != 0) {
      copyBytes -= bytes;
    }
  }

  private int segments(int length) {
    return (length + segmentBytes - 1) / segmentBytes;
  }

  /**
   * A record is taken for lost, or its copy is if it was already.
   *
   * @param position which; not one that is SACKed
   * @return the bytes that leave the flight by this
   */
  public int markLost(int position) {
    int slot = slot(position);
    assert (flags[slot] & SACKED) == 0 : position;
    int length = length(position);
    nextLostFrom = Math.min(nextLostFrom, position);
    if ((flags[slot] & LOST) == 0) {
      flags[slot] |= LOST;
      lostBytes += length;
      return length;
    }
    if ((flags[slot] & COPY_IN_FLIGHT) != 0) {
      flags[slot] &= ~COPY_IN_FLIGHT;
      copyBytes -= length;
      return length;
    }
    return 0;
  }

  /** Nothing was lost (RFC 4015): what was taken for lost is in flight. */
  public void unmarkLost() {
    for (int p = 0; p < count; p++) {
      flags[slot(p)] &= ~(LOST | COPY_IN_FLIGHT);
    }
    lostBytes = 0;
    copyBytes = 0;
    nextLostFrom = 0;
  }

  /**
   * The receiver has thrown away what it had SACKed (RFC 2018 section 8): to be called when the timer expires, or a
   * {@link #hasReneged} is seen.
   */
  public void forgetSacks() {
    for (int p = 0; p < count; p++) {
      flags[slot(p)] &= ~SACKED;
    }
    sackedBytes = 0;
    sackedSegments = 0;
    nextLostFrom = 0;
  }

  /** Whether the oldest record is SACKed and yet not acknowledged, as only a receiver that reneged would answer. */
  public boolean hasReneged() {
    return count > 0 && (flags[head] & SACKED) != 0;
  }

  /**
   * The oldest record that is lost and has no copy in flight.
   *
   * @return its position, -1 when there is none
   */
  public int nextLost() {
    int p = nextLostFrom;
    while (p < count) {
      byte flag = flags[slot(p)];
      if ((flag & (LOST | COPY_IN_FLIGHT)) == LOST) {
        nextLostFrom = p;
        return p;
      }
      p = (flag & SACKED) != 0 ? skip(p) : p + 1;
    }
    nextLostFrom = p;
    return -1;
  }

  /** The first position at or behind one that is not SACKed. */
  int skip(int from) {
    int to = from;
    while (to < count && (flags[slot(to)] & SACKED) != 0) {
      to += run[slot(to)];
    }
    if (to > from) {
      run[slot(from)] = to - from;
    }
    return to;
  }

  /** The record that holds a number which was sent and is not acknowledged. */
  public int positionOf(int sequence) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (SequenceNumbers.atMost(leftOf(middle), sequence)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** SND.NXT: the number after the last record. */
  public int end() {
    return end;
  }

  /** The first number of a record. */
  public int leftOf(int position) {
    return left[slot(position)];
  }

  /** The number after a record. */
  public int rightOf(int position) {
    return position + 1 == count ? end : left[slot(position + 1)];
  }

  /** What a record occupies of the sequence space. */
  public int length(int position) {
    return rightOf(position) - leftOf(position);
  }

  /** Whether a record is SACKed. */
  public boolean isSacked(int position) {
    return (flags[slot(position)] & SACKED) != 0;
  }

  /** Whether a record is taken for lost, with a copy in flight or not. */
  public boolean isLost(int position) {
    return (flags[slot(position)] & LOST) != 0;
  }

  /** Bytes sent and not acknowledged cumulatively. */
  public long outstandingBytes() {
    return count == 0 ? 0 : end - left[head];
  }

  /** Bytes in the network (pipe of RFC 6675): outstanding, without SACKed and lost ones, with the copies of those. */
  public long flightBytes() {
    return outstandingBytes() - sackedBytes - lostBytes + copyBytes;
  }

  /** Bytes that are SACKed. */
  public long sackedBytes() {
    return sackedBytes;
  }

  /** Full segments that are SACKed, a rest counting as one. */
  public int sackedSegments() {
    return sackedSegments;
  }

  /** Bytes taken for lost of which a copy is in flight. */
  public long copyBytes() {
    return copyBytes;
  }

  /** Bytes taken for lost, with a copy in flight or not. */
  public long lostBytes() {
    return lostBytes;
  }

  int slot(int position) {
    return (head + position) & mask;
  }

  private void grow() {
    int capacity = mask + 1;
    int grown = capacity == 0 ? FIRST_CAPACITY : capacity * 2;
    left = unrolled(left, grown);
    run = unrolled(run, grown);
    lastSentUs = unrolled(lastSentUs, grown);
    firstSentUs = unrolled(firstSentUs, grown);
    deliveredAtSend = unrolled(deliveredAtSend, grown);
    deliveredUsAtSend = unrolled(deliveredUsAtSend, grown);
    flightStartUsAtSend = unrolled(flightStartUsAtSend, grown);
    byte[] moved = Arrays.copyOf(Arrays.copyOfRange(flags, head, capacity), grown);
    System.arraycopy(flags, 0, moved, capacity - head, head);
    flags = moved;
    head = 0;
    mask = grown - 1;
  }

  private int[] unrolled(int[] from, int grown) {
    int[] to = new int[grown];
    System.arraycopy(from, head, to, 0, from.length - head);
    System.arraycopy(from, 0, to, from.length - head, head);
    return to;
  }

  private long[] unrolled(long[] from, int grown) {
    long[] to = new long[grown];
    System.arraycopy(from, head, to, 0, from.length - head);
    System.arraycopy(from, 0, to, from.length - head, head);
    return to;
  }
}
