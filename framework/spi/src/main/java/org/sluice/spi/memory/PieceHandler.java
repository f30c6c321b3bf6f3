package org.sluice.spi.memory;

import java.lang.foreign.MemorySegment;

/** Takes the contiguous pieces of a stretch of FIFO content, in order. */
@FunctionalInterface
public interface PieceHandler {

  /**
   * Called by {@link FifoConsumer#gather} in the consumer's context. Only the named bytes may be read, and only during
   * this call unless the consumer dequeues nothing after it.
   *
   * @param memory memory that contains the piece
   * @param offset where in {@code memory} the piece begins
   * @param lengthBytes its length
   */
  void onPiece(MemorySegment memory, long offset, int lengthBytes);
}
