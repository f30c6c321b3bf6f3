package org.sluice.core.application;

import it.unimi.dsi.fastutil.ints.IntArrayFIFOQueue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Handle;

/**
 * Objects of the control plane by handle: slots are reused oldest first under a new generation, and retired when that
 * wraps. Worker 0.
 *
 * @param <T> the kind of object
 */
final class HandleTable<T> {
  private final List<@Nullable T> slots = new ArrayList<>();
  private final List<Integer> generations = new ArrayList<>();
  private final IntArrayFIFOQueue free = new IntArrayFIFOQueue();

  /** Takes a slot; its object follows by {@link #set}. */
  long reserve() {
    int slot;
    if (free.isEmpty()) {
      slot = slots.size();
      slots.add(null);
      generations.add(0);
    } else {
      slot = free.dequeueInt();
    }
    return Handle.of(0, slot, generations.get(slot));
  }

  void set(long handle, T object) {
    slots.set(Handle.slot(handle), object);
  }

  @Nullable T get(long handle) {
    int slot = Handle.slot(handle);
    boolean known = handle >= 0 && slot < slots.size() && generations.get(slot) == Handle.generation(handle);
    return known ? slots.get(slot) : null;
  }

  void free(long handle) {
    int slot = Handle.slot(handle);
    slots.set(slot, null);
    int next = generations.get(slot) + 1;
    generations.set(slot, next);
    if (next != 0) {
      free.enqueue(slot);
    }
  }
}
