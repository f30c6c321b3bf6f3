package org.sluice.spi.header;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Numbers in network byte order at any alignment, for fields that the views of this package have no names for. Bounds
 * are the memory's; a field beyond them throws {@link IndexOutOfBoundsException}.
 */
public final class Wire {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private Wire() {}

  /**
   * Reads 8 bits.
   *
   * @param m the memory
   * @param offset of the first byte
   * @return the number
   */
  public static int u8(MemorySegment m, long offset) {
    return Byte.toUnsignedInt(m.get(ValueLayout.JAVA_BYTE, offset));
  }

  /**
   * Reads 16 bits.
   *
   * @param m the memory
   * @param offset of the first byte
   * @return the number
   */
  public static int u16(MemorySegment m, long offset) {
    return Short.toUnsignedInt(m.get(SHORT, offset));
  }

  /**
   * Reads 32 bits, signed.
   *
   * @param m the memory
   * @param offset of the first byte
   * @return the number
   */
  public static int i32(MemorySegment m, long offset) {
    return m.get(INT, offset);
  }

  /**
   * Reads 32 bits.
   *
   * @param m the memory
   * @param offset of the first byte
   * @return the number
   */
  public static long u32(MemorySegment m, long offset) {
    return Integer.toUnsignedLong(m.get(INT, offset));
  }

  /**
   * Reads 48 bits.
   *
   * @param m the memory
   * @param offset of the first byte
   * @return the number
   */
  public static long u48(MemorySegment m, long offset) {
    return (long) u16(m, offset) << 32 | u32(m, offset + 2);
  }

  /**
   * Reads 64 bits, signed.
   *
   * @param m the memory
   * @param offset of the first byte
   * @return the number
   */
  public static long i64(MemorySegment m, long offset) {
    return m.get(LONG, offset);
  }

  /**
   * Writes the lowest 8 bits of a number.
   *
   * @param m the memory
   * @param offset of the first byte
   * @param value the number
   */
  public static void put8(MemorySegment m, long offset, int value) {
    m.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
  }

  /**
   * Writes the lowest 16 bits of a number.
   *
   * @param m the memory
   * @param offset of the first byte
   * @param value the number
   */
  public static void put16(MemorySegment m, long offset, int value) {
    m.set(SHORT, offset, (short) value);
  }

  /**
   * Writes the lowest 32 bits of a number.
   *
   * @param m the memory
   * @param offset of the first byte
   * @param value the number
   */
  public static void put32(MemorySegment m, long offset, long value) {
    m.set(INT, offset, (int) value);
  }

  /**
   * Writes the lowest 48 bits of a number.
   *
   * @param m the memory
   * @param offset of the first byte
   * @param value the number
   */
  public static void put48(MemorySegment m, long offset, long value) {
    put16(m, offset, (int) (value >>> 32));
    put32(m, offset + 2, value);
  }

  /**
   * Writes a number of 64 bits.
   *
   * @param m the memory
   * @param offset of the first byte
   * @param value the number
   */
  public static void put64(MemorySegment m, long offset, long value) {
    m.set(LONG, offset, value);
  }
}
