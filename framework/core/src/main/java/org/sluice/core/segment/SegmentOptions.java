package org.sluice.core.segment;

import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.memory.Fifo;

/**
 * What the segments and FIFOs of an application are to be like. Immutable, shared by its managers. Sizes in bytes.
 *
 * @param firstBytes the size of a manager's first segment
 * @param addBytes the size of each further one
 * @param maxSegments the most segments of a manager, the first included
 * @param rxFifoBytes the size of a session's rx FIFO
 * @param txFifoBytes the size of a session's tx FIFO
 * @param maxRxFifoBytes how large a session's rx FIFO may be made; less than its size for not at all
 * @param firstAllocationPercent the share of a FIFO that gets memory before the first byte
 * @param preallocatedPairs FIFO pairs that the first segment keeps ready with all their memory
 * @param preallocatedHeaders FIFO headers that the first segment sets aside; not together with pairs
 * @param lowWatermarkPercent usage from which pressure is low
 * @param highWatermarkPercent usage from which pressure is high; both marks 0 turn pressure off
 * @param lingerNs how long a segment but the first stays after its last FIFO pair, for reuse; 0 for not at all
 */
public record SegmentOptions(
    long firstBytes,
    long addBytes,
    int maxSegments,
    int rxFifoBytes,
    int txFifoBytes,
    int maxRxFifoBytes,
    int firstAllocationPercent,
    int preallocatedPairs,
    int preallocatedHeaders,
    int lowWatermarkPercent,
    int highWatermarkPercent,
    long lingerNs) {

  /** The smallest segment. */
  public static final long MIN_SEGMENT_BYTES = 64 << 10;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException naming the value and its range
   */
  public SegmentOptions {
    require("first segment bytes", firstBytes, MIN_SEGMENT_BYTES, Long.MAX_VALUE);
    require("further segment bytes", addBytes, MIN_SEGMENT_BYTES, Long.MAX_VALUE);
    require("segments", maxSegments, 1, Integer.MAX_VALUE);
    require("rx FIFO bytes", rxFifoBytes, Fifo.MIN_CAPACITY, Fifo.MAX_CAPACITY);
    require("tx FIFO bytes", txFifoBytes, Fifo.MIN_CAPACITY, Fifo.MAX_CAPACITY);
    require("most rx FIFO bytes", maxRxFifoBytes, 0, Fifo.MAX_CAPACITY);
    require("first allocation percent", firstAllocationPercent, 0, 100);
    require("preallocated FIFO pairs", preallocatedPairs, 0, Integer.MAX_VALUE);
    require("preallocated FIFO headers", preallocatedHeaders, 0, preallocatedPairs > 0 ? 0 : Integer.MAX_VALUE);
    require("high watermark percent", highWatermarkPercent, 0, 100);
    require("low watermark percent", lowWatermarkPercent, 0, highWatermarkPercent);
    require("linger ns", lingerNs, 0, Long.MAX_VALUE);
  }

  /**
   * What an application asked for at attach.
   *
   * @param options the application's
   * @param lingerNs the stack's
   * @return the options
   * @throws IllegalArgumentException naming the value and its range
   */
  public static SegmentOptions of(AttachOptions options, long lingerNs) {
    return new SegmentOptions(options.segmentBytes(), options.addSegmentBytes(), options.maxSegments(),
        options.rxFifoBytes(), options.txFifoBytes(), options.maxRxFifoBytes(), options.firstAllocationPercent(),
        options.preallocatedFifoPairs(), options.preallocatedFifoHeaders(), options.lowWatermarkPercent(),
        options.highWatermarkPercent(), lingerNs);
  }

  long rxFirstBytes() {
    return (long) rxFifoBytes * firstAllocationPercent / 100;
  }

  long txFirstBytes() {
    return (long) txFifoBytes * firstAllocationPercent / 100;
  }

  private static void require(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(what + " " + value + " is not in " + least + ".." + most);
    }
  }
}
