package org.sluice.core.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;

/** The processors that a thread may run on, by sched_setaffinity(2). Not loaded unless somebody asks for some. */
@SuppressWarnings("restricted") // Memory of its own, as long as the calls are told.
final class CpuAffinity {
  private static final int MASK_BYTES = 1024; // 8192 processors, the most that Linux is built for.

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final FunctionDescriptor TYPE = FunctionDescriptor.of(INT, INT, LONG, LONG);
  private static final MethodHandle GET = handle("sched_getaffinity");
  private static final MethodHandle SET = handle("sched_setaffinity");

  private CpuAffinity() {}

  private static MethodHandle handle(String name) {
    Linker linker = Linker.nativeLinker();
    return linker.defaultLookup().find(name).map(symbol -> linker.downcallHandle(symbol, TYPE))
        .orElseThrow(() -> new IllegalArgumentException("cpus: this system keeps no thread on a processor"));
  }

  /**
   * Whether a thread of this process can be kept on a processor, which may be none of those that it runs on now. Tries
   * it with the calling thread.
   *
   * @param cpu its number
   * @return false when there is none, or it is not for this process
   * @throws IllegalStateException when that cannot be asked
   */
  static boolean isUsable(int cpu) {
    BitSet before = allowed();
    boolean usable = cpu >= 0 && pin(cpu);
    if (usable && !keep(before)) {
      throw new IllegalStateException("sched_setaffinity(2) failed");
    }
    return usable;
  }

  /**
   * The processors that the calling thread may run on.
   *
   * @return their numbers
   * @throws IllegalStateException when that cannot be asked
   */
  static BitSet allowed() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, LONG.byteAlignment());
      if (!isDone(GET, mask)) {
        throw new IllegalStateException("sched_getaffinity(2) failed");
      }
      return BitSet.valueOf(mask.toArray(LONG));
    }
  }

  /**
   * Keeps the calling thread on one processor, and those that it starts.
   *
   * @param cpu its number, not negative
   * @return false when that may not be
   */
  static boolean pin(int cpu) {
    BitSet one = new BitSet();
    one.set(cpu);
    return cpu < MASK_BYTES * Byte.SIZE && keep(one);
  }

  private static boolean keep(BitSet cpus) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, LONG.byteAlignment());
      long[] words = cpus.toLongArray();
      MemorySegment.copy(words, 0, mask, LONG, 0, words.length);
      return isDone(SET, mask);
    }
  }

  private static boolean isDone(MethodHandle call, MemorySegment mask) {
    try {
      return (int) call.invokeExact(0, (long) MASK_BYTES, mask.address()) >= 0;
    } catch (Throwable e) {
      throw new IllegalStateException("a call about processors", e);
    }
  }
}
