package org.sluice.benchmarks.sidebyside.harness;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Bytes by their address. All contenders keep payload outside of the heap and can tell where, so all of them are read
 * and written by this same code, whatever type their library wraps it in.
 */
public final class NativeMemory {
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private NativeMemory() {}

  /**
   * Copies.
   *
   * @param from the first byte to read
   * @param to the first byte to write
   * @param bytes how many
   */
  public static void copy(long from, long to, long bytes) {
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }

  /**
   * Reads all bytes, eight at a time.
   *
   * @param address the first
   * @param bytes how many, a multiple of 32
   * @return the sum of its longs
   */
  public static long sum(long address, int bytes) {
    if ((bytes & 31) != 0) {
      throw new IllegalArgumentException("not a multiple of 32 bytes: " + bytes);
    }
    // Four sums, so that an addition need not wait for the one before.
    long a = 0;
    long b = 0;
    long c = 0;
    long d = 0;
    for (int i = 0; i < bytes; i += 32) {
      a += getLong(address + i);
      b += getLong(address + i + 8);
      c += getLong(address + i + 16);
      d += getLong(address + i + 24);
    }
    return a + b + c + d;
  }

  /**
   * Reads eight bytes.
   *
   * @param address the first
   * @return their value
   */
  public static long getLong(long address) {
    return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
  }

  /**
   * Writes eight bytes.
   *
   * @param address the first
   * @param value their value
   */
  public static void putLong(long address, long value) {
    ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
  }

  /**
   * Reads one byte.
   *
   * @param address where
   * @return its value
   */
  public static byte getByte(long address) {
    return ALL.get(ValueLayout.JAVA_BYTE, address);
  }
}
