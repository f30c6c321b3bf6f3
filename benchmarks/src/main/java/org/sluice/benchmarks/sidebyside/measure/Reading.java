package org.sluice.benchmarks.sidebyside.measure;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one repetition did.
 *
 * @param operations messages, round trips or connections
 * @param bytes payload that arrived
 * @param nanos from the begin of the first operation to the end of the last
 * @param allocatedBytes what the working thread allocated on the heap, or {@link #UNKNOWN}
 * @param latency nanoseconds of single operations, where they were timed; the contender's, valid until its next run
 */
public record Reading(long operations, long bytes, long nanos, long allocatedBytes, @Nullable Histogram latency) {
  /** Not measured. */
  public static final long UNKNOWN = -1;

  /**
   * A reading without latencies and allocation.
   *
   * @param operations see {@link #operations()}
   * @param bytes see {@link #bytes()}
   * @param nanos see {@link #nanos()}
   */
  public Reading(long operations, long bytes, long nanos) {
    this(operations, bytes, nanos, UNKNOWN, null);
  }
}
