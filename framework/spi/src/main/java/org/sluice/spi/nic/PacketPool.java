package org.sluice.spi.nic;

import java.lang.foreign.MemorySegment;

/**
 * Equal-sized frames in one memory area, owned by one worker. A descriptor names its pool; a frame that another worker
 * consumed goes back to the owner in batches, through {@link #release}.
 */
public interface PacketPool {

  /**
   * The area that all frames lie in, side by side from its beginning: each begins at a multiple of {@link #frameBytes}.
   * Frames are addressed by any offset inside them. Any thread.
   *
   * @return the memory
   */
  MemorySegment memory();

  /**
   * The size of one frame, headroom included. Any thread.
   *
   * @return bytes
   */
  int frameBytes();

  /**
   * How many bytes stand free before the data of a fresh frame, for the headers of lower layers. Any thread.
   *
   * @return bytes
   */
  int headroomBytes();

  /**
   * Takes a frame. Owner only; never blocks.
   *
   * @return the offset of the frame's data (behind the headroom), or -1 when none is free (counted)
   */
  long allocate();

  /**
   * Gives a frame back. Any worker; frames of another worker's pool are collected and returned in batches.
   *
   * @param offset any offset inside the frame
   */
  void release(long offset);

  /**
   * The frames free now. Owner only.
   *
   * @return count
   */
  int available();
}
