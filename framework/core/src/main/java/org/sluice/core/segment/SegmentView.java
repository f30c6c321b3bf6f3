package org.sluice.core.segment;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.memory.Segment;

/**
 * A segment as consoles see it. A snapshot.
 *
 * @param handle its name
 * @param sizeBytes its size
 * @param usedBytes what is allocated of it, its own bookkeeping included
 * @param fifos FIFOs in it
 * @param eventQueues event queues in it
 * @param pressure how full it is
 */
public record SegmentView(
    long handle, long sizeBytes, long usedBytes, int fifos, int eventQueues, PressureLevel pressure) {

  /**
   * Reads a segment. Any context.
   *
   * @param segment the segment
   * @param options the marks of pressure
   * @return a snapshot, or null when the segment went meanwhile
   */
  static @Nullable SegmentView of(ManagedSegment segment, SegmentOptions options) {
    Segment memory = segment.memory();
    try {
      return new SegmentView(segment.handle(), memory.sizeBytes(), memory.usedBytes(), memory.fifoCount(),
          memory.eventQueueCount(),
          segment.pressure(options.lowWatermarkPercent(), options.highWatermarkPercent()));
    } catch (IllegalStateException e) {
      // The memory was given back between finding the segment and reading it.
      return null;
    }
  }

  /**
   * What can still be allocated.
   *
   * @return bytes
   */
  public long freeBytes() {
    return sizeBytes - usedBytes;
  }
}
