package org.sluice.spi.memory;

import java.util.concurrent.atomic.LongAdder;

/** What went wrong in a segment, as seen by this process. Written from any context, off the fast path. */
public final class MemoryCounters {

  final LongAdder corruptions = new LongAdder();
  final LongAdder noSpace = new LongAdder();
  final LongAdder outOfOrderLimitHits = new LongAdder();
  final LongAdder openViewsAtLeave = new LongAdder();
  final LongAdder eventsRefused = new LongAdder();

  MemoryCounters() {
  }

  /**
   * Values found in shared memory that cannot be right: a peer scribbled on them. Each was refused.
   *
   * @return the count since the segment was opened
   */
  public long corruptions() {
    return corruptions.sum();
  }

  /**
   * Requests for a chunk, header or queue that the segment had no room for.
   *
   * @return the count since the segment was opened
   */
  public long noSpace() {
    return noSpace.sum();
  }

  /**
   * Writes out of order refused because a FIFO already had {@value OutOfOrderRanges#LIMIT} ranges.
   *
   * @return the count since the segment was opened
   */
  public long outOfOrderLimitHits() {
    return outOfOrderLimitHits.sum();
  }

  /**
   * Sides that left with a claim or a view still open.
   *
   * @return the count since the segment was opened
   */
  public long openViewsAtLeave() {
    return openViewsAtLeave.sum();
  }

  /**
   * Events refused because their queue was full for their class.
   *
   * @return the count since the segment was opened
   */
  public long eventsRefused() {
    return eventsRefused.sum();
  }
}
