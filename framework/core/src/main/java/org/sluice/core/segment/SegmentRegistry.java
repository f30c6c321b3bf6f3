package org.sluice.core.segment;

import static java.util.Comparator.comparingInt;

import it.unimi.dsi.fastutil.ints.IntArrayFIFOQueue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Handle;

/**
 * The names of all segments of a stack: slot and generation, so that the handle of a segment that is gone never names
 * another. Any worker; finding is lock-free, adding and removing take a lock, because they come with making or giving
 * back megabytes of memory.
 */
public final class SegmentRegistry {
  private final AtomicReferenceArray<@Nullable ManagedSegment> slots;
  private final int[] generations;
  private final IntArrayFIFOQueue free = new IntArrayFIFOQueue();
  private final AtomicInteger managers = new AtomicInteger();
  private int used;

  /**
   * Makes an empty registry.
   *
   * @param maxSegments the most segments of the stack at a time
   */
  public SegmentRegistry(int maxSegments) {
    if (maxSegments < 1 || maxSegments > Handle.MAX_SLOTS) {
      throw new IllegalArgumentException("segments of a stack: " + maxSegments + " is not in 1.." + Handle.MAX_SLOTS);
    }
    slots = new AtomicReferenceArray<>(maxSegments);
    generations = new int[maxSegments];
  }

  /**
   * The segment of a handle.
   *
   * @param handle any value
   * @return the segment, or null when it is gone
   */
  public @Nullable ManagedSegment find(long handle) {
    int slot = Handle.slot(handle);
    ManagedSegment segment = handle < 0 || slot >= slots.length() ? null : slots.get(slot);
    return segment != null && segment.handle() == handle ? segment : null;
  }

  /**
   * Segments that exist. Any context.
   *
   * @return the count; a snapshot
   */
  public synchronized int size() {
    return used - free.size();
  }

  /**
   * The managers that have segments, also those whose owner is gone. Any context.
   *
   * @return a snapshot, in the order of their numbers
   */
  public List<SegmentManagerView> managers() {
    Set<SegmentManager> found = new HashSet<>();
    for (int slot = 0; slot < slots.length(); slot++) {
      if (slots.get(slot) instanceof OwnedSegment owned) {
        found.add(owned.manager());
      }
    }
    return found.stream().map(SegmentManager::view).sorted(comparingInt(SegmentManagerView::index)).toList();
  }

  /** The number of the next segment manager, which names it on consoles. */
  int nextManager() {
    return managers.getAndIncrement();
  }

  /** A fresh handle, oldest slot first, or {@link Handle#INVALID} when the stack has as many segments as it may. */
  synchronized long reserve() {
    int slot;
    if (used < slots.length()) {
      slot = used++;
    } else if (free.isEmpty()) {
      return Handle.INVALID;
    } else {
      slot = free.dequeueInt();
    }
    return Handle.of(0, slot, generations[slot]);
  }

  void put(ManagedSegment segment) {
    slots.set(Handle.slot(segment.handle()), segment);
  }

  /** Ends a handle; a slot whose generations are used up is not used again. */
  synchronized void remove(long handle) {
    int slot = Handle.slot(handle);
    slots.set(slot, null);
    if (++generations[slot] != 0) {
      free.enqueue(slot);
    }
  }
}
