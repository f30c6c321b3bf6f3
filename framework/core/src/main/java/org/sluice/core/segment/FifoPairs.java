package org.sluice.core.segment;

import org.sluice.spi.memory.Segment;

/** Makes and unmakes the two FIFOs of a session. */
final class FifoPairs {
  private FifoPairs() {}

  /** Makes both FIFOs, or none and false. */
  static boolean allocate(ManagedSegment segment, SegmentOptions options, FifoPair out) {
    Segment memory = segment.memory();
    long rx = memory.allocateFifo(options.rxFifoBytes(), options.rxFirstBytes());
    if (rx < 0) {
      return false;
    }
    long tx = memory.allocateFifo(options.txFifoBytes(), options.txFirstBytes());
    if (tx < 0) {
      ReservedPairs.abandon(memory, rx);
      return false;
    }
    out.set(segment, rx, tx);
    return true;
  }
}
