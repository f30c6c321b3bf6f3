package org.sluice.benchmarks.sidebyside.harness;

import java.lang.foreign.Arena;

/**
 * What one thread counts while it is measured, in cache lines of its own. A field of an object which the other thread
 * reads too would cost each of its reads a transfer of the line, and that would be taken for the peer's speed.
 */
public final class ThreadWords {
  private static final int WORDS = 16;
  // Processors fetch lines in pairs.
  private static final int ALIGNMENT = 128;

  private final long address;

  /**
   * Makes words of value 0.
   *
   * @param arena what they live in
   */
  public ThreadWords(Arena arena) {
    address = arena.allocate((long) WORDS * Long.BYTES, ALIGNMENT).address();
  }

  /**
   * Reads one.
   *
   * @param index which, up to 15
   * @return its value
   */
  public long get(int index) {
    return NativeMemory.getLong(address + (long) index * Long.BYTES);
  }

  /**
   * Writes one.
   *
   * @param index which, up to 15
   * @param value its value
   */
  public void set(int index, long value) {
    NativeMemory.putLong(address + (long) index * Long.BYTES, value);
  }

  /**
   * Adds to one.
   *
   * @param index which, up to 15
   * @param value how much
   */
  public void add(int index, long value) {
    set(index, get(index) + value);
  }
}
