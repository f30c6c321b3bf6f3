package org.sluice.core.segment;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.sluice.spi.memory.Segment;

/**
 * A segment of one segment manager. A count of its holders decides over its life: whoever wants to look at its memory
 * or to take a FIFO pair adds one first, and only who turns the count from zero to retired may remove the segment.
 */
final class OwnedSegment extends ManagedSegment implements FifoLease {
  private static final int RETIRED = -1;

  static final long UNSEEN = Long.MIN_VALUE;

  private final SegmentManager manager;
  private final boolean first;
  private final ReservedPairs reserved;

  /** FIFO pairs, and those who are looking. */
  private final AtomicInteger holders = new AtomicInteger();

  /** What is not there for FIFOs: the segment's own pages and event queues. */
  private volatile long fixedBytes;

  /** When a sweep first saw the segment empty. */
  private volatile long emptySinceNs = UNSEEN;

  OwnedSegment(long handle, Segment memory, long chargedBytes, SegmentManager manager, boolean first) {
    super(handle, memory, chargedBytes);
    this.manager = manager;
    this.first = first;
    reserved = new ReservedPairs(manager.options(), first ? manager.options().preallocatedPairs() : 0);
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
    return Math.max(0, holders.get());
  }

  @Override
  public boolean isToldTo(SegmentListener listener) {
    return manager.listener() == listener;
  }

  @Override
  public void release() {
    manager.release(this);
  }

  @Override
  public long mostRxBytes(long presentBytes) {
    return manager.mostRxBytes(this, presentBytes);
  }

  /** Keeps the segment until {@link #drop}; false when it is being removed. */
  boolean hold() {
    for (int count = holders.get(); count != RETIRED; count = holders.get()) {
      if (holders.compareAndSet(count, count + 1)) {
        return true;
      }
    }
    return false;
  }

  /** Ends a hold; true when it was the last. */
  boolean drop() {
    int left = holders.decrementAndGet();
    assert left >= 0 : "segment " + handle() + " released more often than allocated from";
    return left == 0;
  }

  /** Makes a segment without holders unusable; true for the one caller who then removes it. */
  boolean retire() {
    return holders.compareAndSet(0, RETIRED);
  }

  /** Whether so many pairs are too many for each of their FIFOs to have a chunk. Who asks holds the segment already. */
  boolean isCrowded() {
    return holders.get() > (memory().sizeBytes() - fixedBytes) / FifoPairs.LEAST_BYTES;
  }

  /** Memory that is not there for FIFOs any more. One thread at a time. */
  void fix(long bytes) {
    long before = fixedBytes;
    fixedBytes = before + bytes;
  }

  /** Lets the time it lingers begin anew. */
  void touch() {
    emptySinceNs = UNSEEN;
  }

  /** Whether no sweep has seen it empty since the last {@link #touch}, so that its time does not run yet. */
  boolean isUnseen() {
    return emptySinceNs == UNSEEN;
  }

  /** When it has been empty for so long, counted from the first time this was asked. */
  long dueNs(long nowNs, long lingerNs) {
    long since = emptySinceNs;
    if (since == UNSEEN) {
      emptySinceNs = nowNs;
      since = nowNs;
    }
    return since + lingerNs;
  }

  Set<SegmentInfo.Flag> flags(int pairs) {
    Set<SegmentInfo.Flag> flags = EnumSet.noneOf(SegmentInfo.Flag.class);
    if (first) {
      flags.add(SegmentInfo.Flag.FIRST);
    }
    if (pairs == 0) {
      flags.add(SegmentInfo.Flag.EMPTY);
    }
    if (manager.isDetached()) {
      flags.add(SegmentInfo.Flag.DETACHED);
    }
    return flags;
  }
}
