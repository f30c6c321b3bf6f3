package org.sluice.spi.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A full fence between two threads of this process of which one passes often and the other hardly ever. Where both
 * store one word and then load the other's, {@link #light} between store and load on the frequent side and {@link
 * #heavy} on the rare side see to it that at least one of them sees the other's store.
 *
 * <p>On Linux heavy is membarrier(2), which runs a barrier on every processor that runs a thread of this process: some
 * hundred nanoseconds to a few microseconds; and light only keeps the compiler from reordering. Elsewhere, or where the
 * call is not allowed, both are full fences. Never blocks.
 *
 * <p>That an acquire fence keeps the compiler from moving a load over a store before it is how HotSpot compiles fences,
 * all of which stop all memory operations; the language promises it only of full fences.
 */
public final class AsymmetricFence {

  private static final long SYS_MEMBARRIER_X86_64 = 324;
  private static final long SYS_MEMBARRIER_AARCH64 = 283;
  private static final long PRIVATE_EXPEDITED = 1 << 3;
  private static final long REGISTER_PRIVATE_EXPEDITED = 1 << 4;

  private static final long NUMBER = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).equals("aarch64")
      ? SYS_MEMBARRIER_AARCH64 : SYS_MEMBARRIER_X86_64;
  private static final @Nullable MethodHandle MEMBARRIER = register();
  private static final boolean ASYMMETRIC = MEMBARRIER != null;
  private static final @Nullable AccessHook HOOK = AccessHook.installed();

  private AsymmetricFence() {
  }

  /** The fence of the side that passes often. */
  public static void light() {
    step();
    if (ASYMMETRIC) {
      VarHandle.acquireFence();
    } else {
      VarHandle.fullFence();
    }
  }

  /** The fence of the side that hardly ever passes. */
  public static void heavy() {
    step();
    VarHandle.fullFence();
    MethodHandle membarrier = MEMBARRIER;
    if (membarrier != null && call(membarrier, PRIVATE_EXPEDITED) != 0) {
      // It was registered and has worked at least once, so the kernel cannot refuse it.
      throw new IllegalStateException("membarrier(2) failed after it was registered");
    }
  }

  private static void step() {
    if (HOOK != null) {
      HOOK.onSharedAccess(AccessHook.FENCE, 0);
    }
  }

  private static @Nullable MethodHandle register() {
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    boolean known = arch.equals("amd64") || arch.equals("x86_64") || arch.equals("aarch64");
    if (!known || !System.getProperty("os.name", "").equals("Linux")) {
      return null;
    }
    MethodHandle syscall = syscall();
    boolean works = syscall != null && call(syscall, REGISTER_PRIVATE_EXPEDITED) == 0
        && call(syscall, PRIVATE_EXPEDITED) == 0;
    return works ? syscall : null;
  }

  @SuppressWarnings("restricted") // A system call without pointers.
  private static @Nullable MethodHandle syscall() {
    ValueLayout.OfLong argument = ValueLayout.JAVA_LONG;
    try {
      Linker linker = Linker.nativeLinker();
      MemorySegment address = linker.defaultLookup().find("syscall").orElseThrow();
      return linker.downcallHandle(address, FunctionDescriptor.of(argument, argument, argument, argument, argument));
    } catch (NoSuchElementException | IllegalCallerException | UnsupportedOperationException e) {
      return null;
    }
  }

  private static long call(MethodHandle syscall, long command) {
    try {
      return (long) syscall.invokeExact(NUMBER, command, 0L, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException("membarrier(2)", e);
    }
  }
}
