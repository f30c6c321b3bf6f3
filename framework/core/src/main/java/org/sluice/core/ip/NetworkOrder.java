package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Fields for which {@link org.sluice.spi.header} has no names, in network byte order at any alignment. */
final class NetworkOrder {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private NetworkOrder() {}

  static int u8(MemorySegment m, long offset) {
    return Byte.toUnsignedInt(m.get(ValueLayout.JAVA_BYTE, offset));
  }

  static int u16(MemorySegment m, long offset) {
    return Short.toUnsignedInt(m.get(SHORT, offset));
  }

  static int i32(MemorySegment m, long offset) {
    return m.get(INT, offset);
  }

  static long u32(MemorySegment m, long offset) {
    return Integer.toUnsignedLong(m.get(INT, offset));
  }

  static long u48(MemorySegment m, long offset) {
    return (long) u16(m, offset) << Integer.SIZE | u32(m, offset + Short.BYTES);
  }

  static long i64(MemorySegment m, long offset) {
    return m.get(LONG, offset);
  }

  static void put8(MemorySegment m, long offset, int value) {
    m.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
  }

  static void put16(MemorySegment m, long offset, int value) {
    m.set(SHORT, offset, (short) value);
  }

  static void put48(MemorySegment m, long offset, long value) {
    put16(m, offset, (int) (value >>> Integer.SIZE));
    m.set(INT, offset + Short.BYTES, (int) value);
  }

  static void put64(MemorySegment m, long offset, long value) {
    m.set(LONG, offset, value);
  }
}
