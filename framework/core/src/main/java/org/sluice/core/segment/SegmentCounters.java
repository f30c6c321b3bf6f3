package org.sluice.core.segment;

import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/**
 * What happened to segments, over all applications of a stack. Added to without a worker, because it happens rarely and
 * anywhere.
 *
 * @param scope where what the segments themselves count goes
 * @param added segments made
 * @param removed segments given back
 * @param maxSegmentsHits segments not added because their manager had as many as it may
 * @param memoryLimitHits segments not added because of the application's limit of FIFO memory
 * @param stackLimitHits segments not added because the stack had as many as it may
 * @param createFailures segments the operating system did not give
 * @param tooSmall FIFO pairs that did not fit even into a new segment
 */
public record SegmentCounters(
    Counters scope,
    Counter added,
    Counter removed,
    Counter maxSegmentsHits,
    Counter memoryLimitHits,
    Counter stackLimitHits,
    Counter createFailures,
    Counter tooSmall) {

  /**
   * Makes the counters of a stack.
   *
   * @param counters the scope they go to
   * @return the counters
   */
  public static SegmentCounters of(Counters counters) {
    return new SegmentCounters(counters,
        counters.counter("segment.added", "Segments made."),
        counters.counter("segment.removed", "Segments given back."),
        counters.counter("segment.limit.segments", "Segments refused: the application's limit of segments."),
        counters.counter("segment.limit.memory", "Segments refused: the application's limit of FIFO memory."),
        counters.counter("segment.limit.stack", "Segments refused: the stack's limit of segments."),
        counters.counter("segment.error.create", "Segments that could not be made: no memory, or no file."),
        counters.counter("segment.error.too-small", "FIFO pairs that did not fit into a new, empty segment."));
  }

  static void count(Counter counter) {
    counter.increment(Counter.NO_WORKER);
  }
}
