package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.ExecutionContext;

/**
 * The sides of FIFOs that a slot of sessions keeps from one session to the next, so that opening one allocates nothing.
 * An application that holds on to a side for too long thus has that of the slot's next session, just as with its
 * reference to the session.
 */
final class FifoSides {
  private @Nullable FifoConsumer rx;
  private @Nullable FifoProducer tx;
  private @Nullable FifoProducer rxIn;
  private @Nullable FifoConsumer txOut;

  /** The application's side of an rx FIFO. */
  FifoConsumer rx(Segment memory, long offset, ExecutionContext owner) {
    FifoConsumer side = attached(rx, memory, offset, owner);
    rx = side;
    return side;
  }

  /** The application's side of a tx FIFO. */
  FifoProducer tx(Segment memory, long offset, ExecutionContext owner) {
    FifoProducer side = attached(tx, memory, offset, owner);
    tx = side;
    return side;
  }

  /** The stack's side of an rx FIFO. */
  FifoProducer rxIn(Segment memory, long offset, ExecutionContext owner) {
    FifoProducer side = attached(rxIn, memory, offset, owner);
    rxIn = side;
    return side;
  }

  /** The stack's side of a tx FIFO. */
  FifoConsumer txOut(Segment memory, long offset, ExecutionContext owner) {
    FifoConsumer side = attached(txOut, memory, offset, owner);
    txOut = side;
    return side;
  }

  /** The application's sides are somebody else's now, and never this slot's again. */
  void giveAway() {
    rx = null;
    tx = null;
  }

  private static FifoConsumer attached(
      @Nullable FifoConsumer kept, Segment memory, long offset, ExecutionContext owner) {
    if (kept == null) {
      return FifoConsumer.attach(memory, offset, owner);
    }
    kept.reattach(memory, offset, owner);
    return kept;
  }

  private static FifoProducer attached(
      @Nullable FifoProducer kept, Segment memory, long offset, ExecutionContext owner) {
    if (kept == null) {
      return FifoProducer.attach(memory, offset, owner);
    }
    kept.reattach(memory, offset, owner);
    return kept;
  }
}
