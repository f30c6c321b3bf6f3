package org.sluice.core.segment;

import java.util.concurrent.atomic.AtomicInteger;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.Segment;

/**
 * A segment of one segment manager. A count of its FIFO pairs decides over its life: whoever wants a pair adds one
 * first, and only who turns the count from zero to retired may remove the segment.
 */
final class OwnedSegment extends ManagedSegment implements FifoLease {
  private static final int RETIRED = -1;

  /** What a pair holds when both its FIFOs have one chunk of the smallest size. */
  private static final long LEAST_PAIR_BYTES = 2 * Fifo.MIN_CAPACITY;

  static final long UNSEEN = Long.MIN_VALUE;

  private final SegmentManager manager;
  private final boolean first;
  private final ReservedPairs reserved;
  private final AtomicInteger pairs = new AtomicInteger();

  /** What is not there for FIFOs: the segment's own pages and event queues. */
  volatile long fixedBytes;

  /** When a sweep first saw the segment empty. */
  volatile long emptySinceNs = UNSEEN;

  OwnedSegment(long handle, Segment memory, SegmentManager manager, boolean first, ReservedPairs reserved) {
    super(handle, memory);
    this.manager = manager;
    this.first = first;
    this.reserved = reserved;
    fixedBytes = memory.usedBytes();
  }

  SegmentManager manager() {
    return manager;
  }

  boolean isFirst() {
    return first;
  }

  ReservedPairs reserved() {
    return reserved;
  }

  @Override
  public int pairs() {
    return Math.max(0, pairs.get());
  }

  @Override
  public void release() {
    manager.release(this);
  }

  /**
   * Counts one more pair, which keeps the segment; false when it is being removed, or has so many pairs that not each
   * of their FIFOs could have a chunk.
   */
  boolean retain() {
    long most = (memory().sizeBytes() - fixedBytes) / LEAST_PAIR_BYTES;
    for (int count = pairs.get(); count != RETIRED && count < most; count = pairs.get()) {
      if (pairs.compareAndSet(count, count + 1)) {
        return true;
      }
    }
    return false;
  }

  /** Counts one pair less; true when none is left. */
  boolean drop() {
    emptySinceNs = UNSEEN;
    int left = pairs.decrementAndGet();
    assert left >= 0 : "segment " + handle() + " released more often than allocated from";
    return left == 0;
  }

  boolean isEmpty() {
    return pairs.get() == 0;
  }

  /** Makes an empty segment unusable; true for the one caller who then removes it. */
  boolean retire() {
    return pairs.compareAndSet(0, RETIRED);
  }
}
