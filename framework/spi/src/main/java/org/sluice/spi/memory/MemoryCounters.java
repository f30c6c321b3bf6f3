package org.sluice.spi.memory;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/** What went wrong in a segment, as seen by this process. Written from any context, off the fast path. */
public final class MemoryCounters {

  final Tally corruptions = new Tally();
  final Tally noSpace = new Tally();
  final Tally outOfOrderLimitHits = new Tally();
  final Tally openViewsAtLeave = new Tally();
  final Tally eventsRefused = new Tally();

  MemoryCounters() {}

  /**
   * Adds to counters of a scope as well from now on: the sums over all segments that report there. Called by whoever
   * made the segment, before others use it.
   *
   * @param counters the scope; its counters are called {@code memory.*}
   */
  public void reportTo(Counters counters) {
    corruptions.total = counters.counter("memory.corruptions", "Impossible values found in shared memory, refused.");
    noSpace.total = counters.counter("memory.no-space", "Chunks, headers or queues that a segment had no room for.");
    outOfOrderLimitHits.total = counters.counter("memory.limit.out-of-order",
        "Writes out of order refused: the limit of ranges of a FIFO.");
    openViewsAtLeave.total = counters.counter("memory.open-views",
        "Claims and views that were open when their session ended.");
    eventsRefused.total = counters.counter("memory.limit.events", "Events refused: their queue was full.");
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
   * Claims and views that were open when their session ended.
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

  /** One count, of this segment and of all. */
  static final class Tally {
    private final LongAdder own = new LongAdder();
    private @Nullable Counter total;

    void increment() {
      own.increment();
      if (total != null) {
        total.increment(Counter.NO_WORKER);
      }
    }

    long sum() {
      return own.sum();
    }
  }
}
