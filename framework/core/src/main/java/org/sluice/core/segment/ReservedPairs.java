package org.sluice.core.segment;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.Segment;

/**
 * FIFO pairs of a first segment that are ready with all their memory. Lock-free: a slot is empty, full, or being filled
 * or emptied by the one who made it so.
 */
final class ReservedPairs {
  private static final int EMPTY = 0;
  private static final int BUSY = 1;
  private static final int FULL = 2;

  private final SegmentOptions options;
  private final AtomicIntegerArray states;
  private final long[] rx;
  private final long[] tx;

  ReservedPairs(SegmentOptions options, int count) {
    this.options = options;
    states = new AtomicIntegerArray(count);
    rx = new long[count];
    tx = new long[count];
  }

  int count() {
    int full = 0;
    for (int i = 0; i < rx.length; i++) {
      full += states.get(i) == FULL ? 1 : 0;
    }
    return full;
  }

  /** Fills every slot; false when the segment has no room for that. */
  boolean fill(Segment memory) {
    for (int i = 0; i < rx.length; i++) {
      if (!refill(memory)) {
        return false;
      }
    }
    return true;
  }

  /** Hands a pair out; false when none is ready. */
  boolean take(ManagedSegment segment, FifoPair out) {
    for (int i = 0; i < rx.length; i++) {
      if (states.compareAndSet(i, FULL, BUSY)) {
        out.set(segment, rx[i], tx[i]);
        states.set(i, EMPTY);
        return true;
      }
    }
    return false;
  }

  /** Makes one pair ready in place of one that was handed out; false when the segment has no room for it now. */
  boolean refill(Segment memory) {
    for (int i = 0; i < rx.length; i++) {
      if (states.compareAndSet(i, EMPTY, BUSY)) {
        boolean made = make(memory, i);
        states.set(i, made ? FULL : EMPTY);
        return made;
      }
    }
    return true;
  }

  private boolean make(Segment memory, int slot) {
    long rxOffset = memory.allocateFifo(options.rxFifoBytes(), options.rxFifoBytes());
    if (rxOffset < 0) {
      return false;
    }
    long txOffset = memory.allocateFifo(options.txFifoBytes(), options.txFifoBytes());
    if (txOffset < 0) {
      abandon(memory, rxOffset);
      return false;
    }
    rx[slot] = rxOffset;
    tx[slot] = txOffset;
    return true;
  }

  /** Gives back a FIFO that nobody has attached to. */
  static void abandon(Segment memory, long offset) {
    Fifo.abandon(memory, offset, Fifo.PRODUCER);
    Fifo.abandon(memory, offset, Fifo.CONSUMER);
  }
}
