package org.sluice.spi.memory;

import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Sees each access to what contexts share just before it happens, so that a test can run them one access at a time, in
 * an order of its choice. All of shared memory is such, and on the heap the fields that a protocol between workers goes
 * by.
 *
 * <p>Found by {@link ServiceLoader}, and only when the system property {@code sluice.memory.step} is {@code true} when
 * the class that would call it is first used; otherwise the call does not exist in compiled code.
 */
public interface AccessHook {

  /** A load, whatever its ordering. */
  int READ = 0;

  /** A store, whatever its ordering. */
  int WRITE = 1;

  /** A compare-and-set, or another atomic update. */
  int UPDATE = 2;

  /** A full fence, or either half of an asymmetric one; its address is 0. */
  int FENCE = 3;

  /** A copy of payload bytes into or out of a segment; its address is that of the first shared byte. */
  int COPY = 4;

  /**
   * Called in the thread of the access. It may block; it must not use the memory of the access itself.
   *
   * @param kind one of the constants of this interface
   * @param address the native address; for a field on the heap a negative number, always the same for that field
   */
  void onSharedAccess(int kind, long address);

  /**
   * The hook of this process, for a class that keeps it in a constant.
   *
   * @return the hook, or null when none is asked for
   * @throws IllegalStateException when one is asked for and none is on the class path
   */
  static @Nullable AccessHook installed() {
    if (!Boolean.getBoolean("sluice.memory.step")) {
      return null;
    }
    return ServiceLoader.load(AccessHook.class).findFirst().orElseThrow(() -> new IllegalStateException(
        "sluice.memory.step is set, but no " + AccessHook.class.getName() + " is on the class path"));
  }
}
