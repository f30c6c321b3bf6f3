package org.sluice.spi.runtime;

/**
 * The name of a pooled object (session, connection, listener, application) that may be gone: worker 7 bits, slot 24,
 * generation 32, in one non-negative {@code long}. A slot's generation grows each time it is reused, so a stale handle
 * never resolves to another object. Plain arithmetic: any context, no allocation.
 */
public final class Handle {
  /** No object; in a lookup: no match, go on. */
  public static final long INVALID = -1;
  /** In a lookup: a rule matched and refuses. Distinct from {@link #INVALID}. */
  public static final long DROP = -2;
  /** Workers that can be named. */
  public static final int MAX_WORKERS = 1 << 7;
  /** Slots of one worker. */
  public static final int MAX_SLOTS = 1 << 24;

  private static final int WORKER_SHIFT = 56;
  private static final int SLOT_SHIFT = 32;

  private Handle() {}

  /**
   * Packs a handle.
   *
   * @param worker 0 to {@link #MAX_WORKERS} - 1
   * @param slot 0 to {@link #MAX_SLOTS} - 1
   * @param generation any 32 bits
   * @return the handle, not negative
   */
  public static long of(int worker, int slot, int generation) {
    assert worker >= 0 && worker < MAX_WORKERS : worker;
    assert slot >= 0 && slot < MAX_SLOTS : slot;
    return (long) worker << WORKER_SHIFT | (long) slot << SLOT_SHIFT | (generation & 0xffff_ffffL);
  }

  /**
   * The worker that owns the object.
   *
   * @param handle a handle, not negative
   * @return the worker's index
   */
  public static int worker(long handle) {
    return (int) (handle >>> WORKER_SHIFT);
  }

  /**
   * The object's place in the worker's pool.
   *
   * @param handle a handle, not negative
   * @return the slot
   */
  public static int slot(long handle) {
    return (int) (handle >>> SLOT_SHIFT) & (MAX_SLOTS - 1);
  }

  /**
   * Which user of the slot is meant.
   *
   * @param handle a handle, not negative
   * @return the generation
   */
  public static int generation(long handle) {
    return (int) handle;
  }

  /**
   * The handle as the console shows it, for example {@code 0:3}; {@code none} and {@code drop} for the reserved values.
   *
   * @param handle any value
   * @return the text
   */
  public static String text(long handle) {
    if (handle == DROP) {
      return "drop";
    }
    return handle < 0 ? "none" : worker(handle) + ":" + slot(handle);
  }
}
