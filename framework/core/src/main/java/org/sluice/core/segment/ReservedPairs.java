package org.sluice.core.segment;

import org.sluice.core.runtime.IndexStack;
import org.sluice.spi.memory.Segment;

/**
 * FIFO pairs of a first segment that are ready with all their memory. Any worker, lock-free: a slot belongs to whoever
 * popped it, until it is pushed.
 */
final class ReservedPairs {
  private final SegmentOptions options;
  private final IndexStack full;
  private final IndexStack empty;
  private final long[] rx;
  private final long[] tx;

  ReservedPairs(SegmentOptions options, int count) {
    this.options = options;
    full = new IndexStack(count);
    empty = new IndexStack(count);
    rx = new long[count];
    tx = new long[count];
    for (int slot = 0; slot < count; slot++) {
      empty.push(slot);
    }
  }

  /** Makes every pair ready; false when the segment has no room for that. */
  boolean fill(Segment memory) {
    for (int i = 0; i < rx.length; i++) {
      if (!refill(memory)) {
        return false;
      }
    }
    return true;
  }

  /** Makes one pair ready in place of one that was handed out; false when the segment has no room for it now. */
  boolean refill(Segment memory) {
    int slot = empty.pop();
    if (slot == IndexStack.NONE) {
      return true;
    }
    boolean made = make(memory, slot);
    (made ? full : empty).push(slot);
    return made;
  }

  /** Hands a pair out; false when none is ready. */
  boolean take(ManagedSegment segment, FifoPair out) {
    int slot = full.pop();
    if (slot == IndexStack.NONE) {
      return false;
    }
    out.set(segment, rx[slot], tx[slot]);
    empty.push(slot);
    return true;
  }

  private boolean make(Segment memory, int slot) {
    long rxOffset = memory.allocateFifo(options.rxFifoBytes(), options.rxFifoBytes());
    if (rxOffset < 0) {
      return false;
    }
    long txOffset = memory.allocateFifo(options.txFifoBytes(), options.txFifoBytes());
    if (txOffset < 0) {
      FifoPairs.abandon(memory, rxOffset);
      return false;
    }
    rx[slot] = rxOffset;
    tx[slot] = txOffset;
    return true;
  }
}
