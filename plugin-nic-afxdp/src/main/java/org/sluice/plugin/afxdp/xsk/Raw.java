package org.sluice.plugin.afxdp.xsk;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Words of the rings by their addresses: a segment that is a constant and spans all memory costs a quarter of one that
 * is a field. Whoever calls has masked his index, so that it is within the mapping.
 */
final class Raw {
  @SuppressWarnings("restricted") // Addresses are those of mapped rings, see above.
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private Raw() {}

  static int acquire(long address) {
    return (int) INT.getAcquire(ALL, address);
  }

  static void release(long address, int value) {
    INT.setRelease(ALL, address, value);
  }

  static int get(long address) {
    return ALL.get(ValueLayout.JAVA_INT, address);
  }

  static void put(long address, int value) {
    ALL.set(ValueLayout.JAVA_INT, address, value);
  }

  static long getLong(long address) {
    return ALL.get(ValueLayout.JAVA_LONG, address);
  }

  static void putLong(long address, long value) {
    ALL.set(ValueLayout.JAVA_LONG, address, value);
  }
}
