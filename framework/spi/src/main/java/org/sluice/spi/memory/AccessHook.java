package org.sluice.spi.memory;

/**
 * Sees each access to shared memory just before it happens, so that a test can run producers and consumers one
 * access at a time, in an order of its choice.
 *
 * <p>Found by {@link java.util.ServiceLoader}, and only when the system property {@code sluice.memory.step} is
 * {@code true} when this package is first used; otherwise the call does not exist in compiled code.
 */
public interface AccessHook {

  /** A load, whatever its ordering. */
  int READ = 0;

  /** A store, whatever its ordering. */
  int WRITE = 1;

  /** A compare-and-set, or another atomic update. */
  int UPDATE = 2;

  /** A full fence; its address is 0. */
  int FENCE = 3;

  /** A copy of payload bytes into or out of a segment; its address is that of the first shared byte. */
  int COPY = 4;

  /**
   * Called in the thread of the access. It may block; it must not use the memory of the access itself.
   *
   * @param kind one of the constants of this interface
   * @param address the native address
   */
  void onSharedAccess(int kind, long address);
}
