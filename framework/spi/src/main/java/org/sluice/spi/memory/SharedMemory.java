package org.sluice.spi.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The one class that touches shared memory.
 *
 * <p>Access goes through constant handles over one segment that spans the address space, because that compiles to a
 * bare load or store; a bounds check per access costs four times as much. So whoever computes an offset proves it
 * first, once per operation. With the system property {@code sluice.memory.bounded} each access is checked against the
 * segment all the same.
 */
final class SharedMemory {

  private static final boolean BOUNDED = Boolean.getBoolean("sluice.memory.bounded");
  private static final MemorySegment ALL = wholeAddressSpace();
  /** For updates, which are atomic only where they are aligned; the handle tests that at each use. */
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  /** For loads and stores: the layouts align every field, so that these are single instructions without the test. */
  private static final VarHandle PLAIN_LONG = ValueLayout.JAVA_LONG_UNALIGNED.varHandle();
  private static final VarHandle PLAIN_INT = ValueLayout.JAVA_INT_UNALIGNED.varHandle();
  /** Up to here words beat the JDK's copy: its own short cut is not taken for a segment that overlaps every other. */
  private static final int FEW_BYTES = 64;
  private static final @Nullable AccessHook HOOK = AccessHook.installed();

  private SharedMemory() {
  }

  static long getLong(Segment segment, long offset) {
    step(AccessHook.READ, segment, offset);
    return (long) PLAIN_LONG.get(area(segment), at(segment, offset));
  }

  static long getLongAcquire(Segment segment, long offset) {
    step(AccessHook.READ, segment, offset);
    long value = (long) PLAIN_LONG.get(area(segment), at(segment, offset));
    VarHandle.acquireFence();
    return value;
  }

  static void setLong(Segment segment, long offset, long value) {
    step(AccessHook.WRITE, segment, offset);
    PLAIN_LONG.set(area(segment), at(segment, offset), value);
  }

  static void setLongRelease(Segment segment, long offset, long value) {
    step(AccessHook.WRITE, segment, offset);
    VarHandle.releaseFence();
    PLAIN_LONG.set(area(segment), at(segment, offset), value);
  }

  static boolean compareAndSetLong(Segment segment, long offset, long expected, long value) {
    step(AccessHook.UPDATE, segment, offset);
    return LONG.compareAndSet(area(segment), at(segment, offset), expected, value);
  }

  static long getAndAddLong(Segment segment, long offset, long delta) {
    step(AccessHook.UPDATE, segment, offset);
    return (long) LONG.getAndAdd(area(segment), at(segment, offset), delta);
  }

  static void orLong(Segment segment, long offset, long bits) {
    step(AccessHook.UPDATE, segment, offset);
    LONG.getAndBitwiseOr(area(segment), at(segment, offset), bits);
  }

  static void andLong(Segment segment, long offset, long bits) {
    step(AccessHook.UPDATE, segment, offset);
    LONG.getAndBitwiseAnd(area(segment), at(segment, offset), bits);
  }

  static int getInt(Segment segment, long offset) {
    step(AccessHook.READ, segment, offset);
    return (int) PLAIN_INT.get(area(segment), at(segment, offset));
  }

  static int getIntAcquire(Segment segment, long offset) {
    step(AccessHook.READ, segment, offset);
    int value = (int) PLAIN_INT.get(area(segment), at(segment, offset));
    VarHandle.acquireFence();
    return value;
  }

  static void setInt(Segment segment, long offset, int value) {
    step(AccessHook.WRITE, segment, offset);
    PLAIN_INT.set(area(segment), at(segment, offset), value);
  }

  static void setIntRelease(Segment segment, long offset, int value) {
    step(AccessHook.WRITE, segment, offset);
    VarHandle.releaseFence();
    PLAIN_INT.set(area(segment), at(segment, offset), value);
  }

  static boolean compareAndSetInt(Segment segment, long offset, int expected, int value) {
    step(AccessHook.UPDATE, segment, offset);
    return INT.compareAndSet(area(segment), at(segment, offset), expected, value);
  }

  /** Orders all stores before it with all loads after it: the middle of each notification protocol. */
  static void fullFence() {
    if (HOOK != null) {
      HOOK.onSharedAccess(AccessHook.FENCE, 0);
    }
    VarHandle.fullFence();
  }

  static void copyIn(MemorySegment source, long sourceOffset, Segment segment, long offset, int length) {
    step(AccessHook.COPY, segment, offset);
    if (isFew(length)) {
      copyFew(source, sourceOffset, area(segment), at(segment, offset), length);
    } else {
      MemorySegment.copy(source, sourceOffset, area(segment), at(segment, offset), length);
    }
  }

  static void copyIn(byte[] source, int sourceOffset, Segment segment, long offset, int length) {
    step(AccessHook.COPY, segment, offset);
    MemorySegment.copy(source, sourceOffset, area(segment), ValueLayout.JAVA_BYTE, at(segment, offset), length);
  }

  static void copyOut(Segment segment, long offset, MemorySegment target, long targetOffset, int length) {
    step(AccessHook.COPY, segment, offset);
    if (isFew(length)) {
      copyFew(area(segment), at(segment, offset), target, targetOffset, length);
    } else {
      MemorySegment.copy(area(segment), at(segment, offset), target, targetOffset, length);
    }
  }

  static void copyOut(Segment segment, long offset, byte[] target, int targetOffset, int length) {
    step(AccessHook.COPY, segment, offset);
    MemorySegment.copy(area(segment), ValueLayout.JAVA_BYTE, at(segment, offset), target, targetOffset, length);
  }

  static void copy(Segment from, long fromOffset, Segment to, long toOffset, int length) {
    step(AccessHook.COPY, from, fromOffset);
    step(AccessHook.COPY, to, toOffset);
    MemorySegment.copy(area(from), at(from, fromOffset), area(to), at(to, toOffset), length);
  }

  private static boolean isFew(int length) {
    return length >= Long.BYTES && length <= FEW_BYTES;
  }

  /** From both ends to the middle, where words may overlap: no loop, and no bytes left over. */
  private static void copyFew(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, int length) {
    long last = (long) length - Long.BYTES;
    PLAIN_LONG.set(to, toOffset, (long) PLAIN_LONG.get(from, fromOffset));
    PLAIN_LONG.set(to, toOffset + last, (long) PLAIN_LONG.get(from, fromOffset + last));
    if (length > 2 * Long.BYTES) {
      PLAIN_LONG.set(to, toOffset + 8, (long) PLAIN_LONG.get(from, fromOffset + 8));
      PLAIN_LONG.set(to, toOffset + last - 8, (long) PLAIN_LONG.get(from, fromOffset + last - 8));
      if (length > 4 * Long.BYTES) {
        PLAIN_LONG.set(to, toOffset + 16, (long) PLAIN_LONG.get(from, fromOffset + 16));
        PLAIN_LONG.set(to, toOffset + 24, (long) PLAIN_LONG.get(from, fromOffset + 24));
        PLAIN_LONG.set(to, toOffset + last - 24, (long) PLAIN_LONG.get(from, fromOffset + last - 24));
        PLAIN_LONG.set(to, toOffset + last - 16, (long) PLAIN_LONG.get(from, fromOffset + last - 16));
      }
    }
  }

  private static MemorySegment area(Segment segment) {
    return BOUNDED ? segment.area : ALL;
  }

  private static long at(Segment segment, long offset) {
    return BOUNDED ? offset : segment.base + offset;
  }

  private static void step(int kind, Segment segment, long offset) {
    if (HOOK != null) {
      HOOK.onSharedAccess(kind, segment.base + offset);
    }
  }

  // Restricted because it can reach any address; the offsets given to this class are proved by its callers.
  @SuppressWarnings("restricted")
  private static MemorySegment wholeAddressSpace() {
    return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }
}
