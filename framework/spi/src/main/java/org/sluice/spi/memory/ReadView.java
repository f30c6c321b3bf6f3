package org.sluice.spi.memory;

import java.lang.foreign.MemorySegment;

/**
 * Content of a FIFO to read in place, from {@link FifoConsumer#view} or {@link
 * org.sluice.spi.session.StreamReader#view} until {@link #release}.
 *
 * <p>Whoever reads is its own view, so a view costs no object; there is at most one at a time. Every method is for the
 * reader's owner and throws {@link IllegalStateException} when no view is open or the side has left.
 */
public interface ReadView {

  /**
   * Memory that contains the viewed bytes. Others must not be read, and none written.
   *
   * @return the memory of the segment
   */
  MemorySegment memory();

  /**
   * Where in {@link #memory} the viewed bytes begin.
   *
   * @return an offset in bytes
   */
  long offset();

  /**
   * How many bytes are viewed.
   *
   * @return bytes
   */
  int length();

  /**
   * Takes the first bytes of the view out of the FIFO and ends it.
   *
   * @param consumedBytes how many to take, 0 to {@link #length}
   */
  void release(int consumedBytes);
}
