package org.sluice.core.segment;

import java.util.Set;
import org.sluice.spi.memory.Segment;

/**
 * A segment as the console shows it: a snapshot.
 *
 * @param handle its handle
 * @param sizeBytes its size
 * @param usedBytes what is allocated, with the segment's own metadata
 * @param usagePercent the same as a share of the size, rounded down
 * @param fifos FIFOs in it, preallocated ones included
 * @param eventQueues event queues in it
 * @param pairs FIFO pairs given to sessions
 * @param pressure by the owner's marks
 * @param flags what else is to be known
 */
public record SegmentInfo(
    long handle,
    long sizeBytes,
    long usedBytes,
    int usagePercent,
    int fifos,
    int eventQueues,
    int pairs,
    PressureLevel pressure,
    Set<Flag> flags) {

  /** What else is to be known of a segment. */
  public enum Flag {
    /** It is its manager's first: protected until the owner is gone. */
    FIRST,
    /** No session has FIFOs in it. */
    EMPTY,
    /** It is shared by the two application workers of local sessions. */
    SHARED,
    /** Its owner is gone, or one of the two: nothing is allocated from it any more. */
    DETACHED
  }

  /** Copies the flags. */
  public SegmentInfo {
    flags = Set.copyOf(flags);
  }

  /**
   * What can still be allocated.
   *
   * @return bytes
   */
  public long freeBytes() {
    return sizeBytes - usedBytes;
  }

  static SegmentInfo of(ManagedSegment segment, int pairs, PressureLevel pressure, Set<Flag> flags) {
    Segment memory = segment.memory();
    return new SegmentInfo(segment.handle(), memory.sizeBytes(), memory.usedBytes(), segment.usagePercent(),
        memory.fifoCount(), memory.eventQueueCount(), pairs, pressure, flags);
  }
}
