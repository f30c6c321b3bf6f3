package org.sluice.benchmarks.soak;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * The bytes of one direction: a table that all share, from a place of its own. The table's length is a prime, so that
 * whatever has the size of a chunk or a FIFO is noticed when it is lost or comes twice.
 */
final class Pattern {
  /** As much can be had in one piece. */
  static final int MOST_BYTES = 256 << 10;

  private static final int PERIOD = (1 << 20) + 7;
  private static final Table TABLE = new Table();

  private final long start;

  Pattern(long seed) {
    start = Math.floorMod(seed, PERIOD);
  }

  /** Memory that holds the pattern. */
  static MemorySegment memory() {
    return TABLE.memory;
  }

  /** An array that holds the pattern. */
  static byte[] array() {
    return TABLE.array;
  }

  /** Where in both the byte at a position is, and those after it. */
  int at(long position) {
    return (int) ((start + position) % PERIOD);
  }

  /** Fails when bytes are not those that belong at a position. */
  void check(MemorySegment memory, long offset, int length, long position) {
    int expected = at(position);
    long wrong = MemorySegment.mismatch(memory, offset, offset + length, TABLE.memory, expected, expected + length);
    if (wrong >= 0) {
      byte found = memory.get(ValueLayout.JAVA_BYTE, offset + wrong);
      throw new AssertionError("byte " + (position + wrong) + " is " + found + " instead of "
          + TABLE.array[(int) (expected + wrong)] + ", the " + wrong + "th of " + length + " that came at once");
    }
  }

  private static final class Table {
    final byte[] array = new byte[PERIOD + MOST_BYTES];
    final MemorySegment memory = Arena.global().allocate(array.length);

    Table() {
      new SplittableRandom(PERIOD).nextBytes(array);
      System.arraycopy(array, 0, array, PERIOD, MOST_BYTES);
      MemorySegment.copy(array, 0, memory, ValueLayout.JAVA_BYTE, 0, array.length);
    }
  }
}
