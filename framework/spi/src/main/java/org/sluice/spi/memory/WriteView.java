package org.sluice.spi.memory;

import java.lang.foreign.MemorySegment;

/**
 * Room of a FIFO to write in place, from {@link FifoProducer#claim} or {@link
 * org.sluice.spi.session.StreamWriter#claim} until {@link #commit} or {@link #abort}.
 *
 * <p>Whoever writes is its own view, so a claim costs no object; there is at most one at a time. Every method is for
 * the writer's owner and throws {@link IllegalStateException} when no claim is open or the side has left.
 */
public interface WriteView {

  /**
   * Memory that contains the claim. Bytes outside of [{@link #offset}, {@code offset + }{@link #length}) belong to
   * others.
   *
   * @return the memory of the segment
   */
  MemorySegment memory();

  /**
   * Where in {@link #memory} the claim begins.
   *
   * @return an offset in bytes
   */
  long offset();

  /**
   * The claimed room.
   *
   * @return bytes
   */
  int length();

  /**
   * Publishes the first bytes of the claim and ends it.
   *
   * @param writtenBytes how many were written, 0 to {@link #length}
   * @return bytes the content grew by: those and what they absorbed (see {@link FifoProducer#enqueueAt})
   */
  int commit(int writtenBytes);

  /** Ends the claim; nothing is published. */
  void abort();
}
