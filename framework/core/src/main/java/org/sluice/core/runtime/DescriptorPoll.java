package org.sluice.core.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Sleeps on file descriptors, by ppoll(2), with an eventfd(2) to be waked by. Made when the first card with a
 * descriptor is open, so that nobody else pays for foreign calls. One worker sleeps; any thread wakes.
 */
@SuppressWarnings("restricted") // Memory of its own, as long as the calls are told.
final class DescriptorPoll {
  private static final int EVENTFD_FLAGS = 0x80000 | 0x800; // EFD_CLOEXEC | EFD_NONBLOCK
  private static final short POLLIN = 1;
  private static final int POLLFD_BYTES = 8;
  private static final long SECOND_NS = 1_000_000_000;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final MethodHandle EVENTFD = handle("eventfd", FunctionDescriptor.of(INT, INT, INT));
  private static final MethodHandle PPOLL =
      handle("ppoll", FunctionDescriptor.of(INT, LONG, LONG, LONG, LONG));
  private static final MethodHandle READ = handle("read", FunctionDescriptor.of(LONG, INT, LONG, LONG));
  private static final MethodHandle WRITE = handle("write", FunctionDescriptor.of(LONG, INT, LONG, LONG));

  private final MemorySegment timeout = Arena.ofAuto().allocate(2 * LONG.byteSize(), LONG.byteAlignment());
  private final MemorySegment drained = Arena.ofAuto().allocate(LONG);
  private final MemorySegment one = Arena.ofAuto().allocateFrom(LONG, 1);
  private final int event;
  private MemorySegment waited = MemorySegment.NULL;
  private int[] known = {};

  DescriptorPoll() {
    try {
      event = (int) EVENTFD.invokeExact(0, EVENTFD_FLAGS);
    } catch (Throwable e) {
      throw new IllegalStateException("eventfd(2)", e);
    }
    if (event < 0) {
      throw new IllegalStateException("eventfd(2) failed: the process may have too many open files (ulimit -n)");
    }
  }

  private static MethodHandle handle(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }

  /**
   * Sleeps until a descriptor is readable, {@link #wake} was called, or for a time.
   *
   * @param descriptors which; the same array as last time has the same contents
   * @param maxNs the longest sleep, {@link Long#MAX_VALUE} for no limit
   */
  @SuppressWarnings("ReferenceEquality") // Another array is another list.
  void sleep(int[] descriptors, long maxNs) {
    if (descriptors != known) {
      watch(descriptors);
    }
    long limit = 0;
    if (maxNs != Long.MAX_VALUE) {
      timeout.set(LONG, 0, maxNs / SECOND_NS);
      timeout.set(LONG, LONG.byteSize(), maxNs % SECOND_NS);
      limit = timeout.address();
    }
    try {
      int _ = (int) PPOLL.invokeExact(waited.address(), descriptors.length + 1L, limit, 0L);
      if (waited.get(ValueLayout.JAVA_SHORT, INT.byteSize() + Short.BYTES) != 0) {
        long _ = (long) READ.invokeExact(event, drained.address(), drained.byteSize());
      }
    } catch (Throwable e) {
      throw new IllegalStateException("ppoll(2)", e);
    }
  }

  /** The eventfd is the first. */
  private void watch(int[] descriptors) {
    known = descriptors;
    waited = Arena.ofAuto().allocate((descriptors.length + 1L) * POLLFD_BYTES, LONG.byteAlignment());
    for (int i = 0; i <= descriptors.length; i++) {
      waited.set(INT, (long) i * POLLFD_BYTES, i == 0 ? event : descriptors[i - 1]);
      waited.set(ValueLayout.JAVA_SHORT, (long) i * POLLFD_BYTES + INT.byteSize(), POLLIN);
    }
  }

  /** Ends the sleep, or the next one. Any thread. */
  void wake() {
    try {
      long _ = (long) WRITE.invokeExact(event, one.address(), one.byteSize());
    } catch (Throwable e) {
      throw new IllegalStateException("write(2) to an eventfd", e);
    }
  }
}
