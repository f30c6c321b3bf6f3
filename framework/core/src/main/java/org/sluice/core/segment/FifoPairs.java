package org.sluice.core.segment;

import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.Segment;

/** Makes and unmakes the two FIFOs of a session. */
final class FifoPairs {
  /** What a pair holds when both its FIFOs have one chunk of the smallest size. */
  static final long LEAST_BYTES = 2 * Fifo.MIN_CAPACITY;

  private FifoPairs() {}

  /**
   * Makes both FIFOs, or none and false. FIFOs that could not even have a first chunk are not made: better a connect
   * refused than a session that cannot write a byte.
   */
  static boolean allocate(ManagedSegment segment, SegmentOptions options, FifoPair out) {
    Segment memory = segment.memory();
    if (memory.freeBytes() < LEAST_BYTES) {
      return false;
    }
    long rx = memory.allocateFifo(options.rxFifoBytes(), options.rxFirstBytes());
    if (rx < 0) {
      return false;
    }
    long tx = memory.allocateFifo(options.txFifoBytes(), options.txFirstBytes());
    if (tx < 0) {
      abandon(memory, rx);
      return false;
    }
    out.set(segment, rx, tx);
    return true;
  }

  /** Gives back a FIFO that nobody has attached to. */
  static void abandon(Segment memory, long offset) {
    Fifo.abandon(memory, offset, Fifo.PRODUCER);
    Fifo.abandon(memory, offset, Fifo.CONSUMER);
  }
}
