package org.sluice.plugin.tcp;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Workers;

/**
 * Segments on their way from the worker that received them to the worker of their connection: a bounded ring for each
 * pair of workers that needs one, made when it does. What is handed over is the frame, which stays in its pool. One per
 * stack.
 */
final class HandOver {
  private static final int BURST = 64;

  private final int capacity;
  private final int workers;
  private final AtomicReferenceArray<Ring> rings;
  private final ControlSlot[] slots;
  private final PacketBatch[] batches;

  /** Takes what was handed over. Receiving worker. */
  interface Receiver {
    /** Takes a burst of one table and interface, frames included; the caller clears the batch. */
    void onHandedOver(int worker, PacketBatch batch, int table, int interfaceIndex);
  }

  /** From one worker to another: descriptors as columns. */
  private static final class Ring {
    private final PacketPool[] pools;
    private final long[] offsets;
    private final int[] lengths;
    private final int[] flags;
    private final int[] l3Offsets;
    private final int[] l4Offsets;
    private final int[] tables;
    private final int[] interfaces;
    private final int mask;
    /** Descriptors ever put in; written by the sender. */
    private final AtomicLong put = new AtomicLong();
    /** Descriptors ever taken out; written by the receiver. */
    private final AtomicLong taken = new AtomicLong();

    Ring(int capacity) {
      pools = new PacketPool[capacity];
      offsets = new long[capacity];
      lengths = new int[capacity];
      flags = new int[capacity];
      l3Offsets = new int[capacity];
      l4Offsets = new int[capacity];
      tables = new int[capacity];
      interfaces = new int[capacity];
      mask = capacity - 1;
    }

    boolean add(PacketBatch batch, int i, int flagBits, int table, int interfaceIndex) {
      long next = put.getPlain();
      if (next - taken.getAcquire() == pools.length) {
        return false;
      }
      int slot = (int) next & mask;
      pools[slot] = batch.pool(i);
      offsets[slot] = batch.offset(i);
      lengths[slot] = batch.length(i);
      flags[slot] = flagBits;
      l3Offsets[slot] = batch.l3Offset(i);
      l4Offsets[slot] = batch.l4Offset(i);
      tables[slot] = table;
      interfaces[slot] = interfaceIndex;
      put.setRelease(next + 1);
      return true;
    }
  }

  /**
   * Empty.
   *
   * @param capacity descriptors from one worker to another
   * @param workers of the stack
   * @param receiver called on the worker that something was handed to
   */
  HandOver(int capacity, Workers workers, Receiver receiver) {
    this.capacity = Integer.highestOneBit(2 * capacity - 1);
    this.workers = workers.count();
    rings = new AtomicReferenceArray<>(this.workers * this.workers);
    slots = new ControlSlot[this.workers];
    batches = new PacketBatch[this.workers];
    for (int i = 0; i < this.workers; i++) {
      int to = i;
      slots[i] = workers.worker(i).newControlSlot(() -> receive(to, receiver));
      batches[i] = new PacketBatch(BURST);
    }
  }

  /**
   * Hands a packet's frame over. Sending worker.
   *
   * @return false when the ring is full; the frame stays the caller's
   */
  boolean give(int from, int to, PacketBatch batch, int i, int flagBits, int table, int interfaceIndex) {
    int index = to * workers + from;
    Ring ring = rings.getAcquire(index);
    if (ring == null) {
      ring = new Ring(capacity);
      rings.setRelease(index, ring);
    }
    if (!ring.add(batch, i, flagBits, table, interfaceIndex)) {
      return false;
    }
    slots[to].post();
    return true;
  }

  private void receive(int to, Receiver receiver) {
    for (int from = 0; from < workers; from++) {
      Ring ring = rings.getAcquire(to * workers + from);
      if (ring != null) {
        receive(to, ring, receiver);
      }
    }
  }

  private void receive(int to, Ring ring, Receiver receiver) {
    PacketBatch batch = batches[to];
    long end = ring.put.getAcquire();
    long next = ring.taken.getPlain();
    while (next < end) {
      int first = (int) next & ring.mask;
      int table = ring.tables[first];
      int interfaceIndex = ring.interfaces[first];
      batch.clear();
      for (; next < end && batch.size() < BURST; next++) {
        int slot = (int) next & ring.mask;
        if (ring.tables[slot] != table || ring.interfaces[slot] != interfaceIndex) {
          break;
        }
        int i = batch.add(ring.pools[slot], ring.offsets[slot], ring.lengths[slot], ring.flags[slot]);
        batch.headerOffsets(i, ring.l3Offsets[slot], ring.l4Offsets[slot]);
      }
      ring.taken.setRelease(next);
      receiver.onHandedOver(to, batch, table, interfaceIndex);
      batch.clear();
    }
  }

  /** Gives back what is on its way to a worker. That worker. */
  void clear(int to) {
    for (int from = 0; from < workers; from++) {
      @Nullable Ring ring = rings.getAcquire(to * workers + from);
      if (ring != null) {
        long end = ring.put.getAcquire();
        for (long next = ring.taken.getPlain(); next < end; next++) {
          int slot = (int) next & ring.mask;
          ring.pools[slot].release(ring.offsets[slot]);
        }
        ring.taken.setRelease(end);
      }
    }
  }
}
