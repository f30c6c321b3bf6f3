package org.sluice.core.nic;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Which frames a {@link FaultNic} drops. A rule counts the frames that match it, on each queue by itself, and drops
 * those with certain numbers; the first one has the number 1. Immutable.
 *
 * @param first the number of the first frame to drop
 * @param step how far it is from each dropped one to the next; 0 when there is only one
 * @param offset where in the frame the compared bytes begin
 * @param mask which bits are compared, big-endian, in as many bytes as {@code bytes}
 * @param value what they have to be
 * @param bytes how many bytes are compared, 0 to 8; 0 matches every frame
 */
public record FaultRule(long first, long step, int offset, long mask, long value, int bytes) {

  /** Checks the numbers. */
  public FaultRule {
    if (first < 1 || step < 0 || offset < 0 || bytes < 0 || bytes > Long.BYTES) {
      throw new IllegalArgumentException(
          "first " + first + ", step " + step + ", offset " + offset + ", bytes " + bytes);
    }
  }

  /**
   * Drops one frame.
   *
   * @param number which one, from 1
   * @return the rule
   */
  public static FaultRule nth(long number) {
    return new FaultRule(number, 0, 0, 0, 0, 0);
  }

  /**
   * Drops every so many frames one.
   *
   * @param number 1 for all, 2 for the second, the fourth, ...
   * @return the rule
   */
  public static FaultRule every(long number) {
    return new FaultRule(number, number, 0, 0, 0, 0);
  }

  /**
   * The same rule for frames with certain bytes only; shorter frames do not match.
   *
   * @param at the offset in the frame, link header included
   * @param size how many bytes are compared, 1 to 8
   * @param bits the mask, big-endian
   * @param wanted the bytes under the mask, big-endian
   * @return the rule
   */
  public FaultRule matching(int at, int size, long bits, long wanted) {
    return new FaultRule(first, step, at, bits, wanted & bits, size);
  }

  boolean matches(MemorySegment memory, long frame, int lengthBytes) {
    if (bytes == 0) {
      return true;
    }
    if (lengthBytes < offset + bytes) {
      return false;
    }
    long found = 0;
    for (int i = 0; i < bytes; i++) {
      found = found << Byte.SIZE | Byte.toUnsignedLong(memory.get(ValueLayout.JAVA_BYTE, frame + offset + i));
    }
    return (found & mask) == value;
  }

  boolean drops(long number) {
    return number == first || step > 0 && number > first && (number - first) % step == 0;
  }
}
