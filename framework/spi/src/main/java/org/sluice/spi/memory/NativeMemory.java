package org.sluice.spi.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Native memory for tables and buffers of one process, beside the packets and FIFOs that have owners of their own. */
public final class NativeMemory {
  private NativeMemory() {}

  /**
   * Takes memory from the system. Nobody gives it back: that happens when nobody refers to it any more. Any context;
   * not for the data path.
   *
   * @param bytes how much
   * @return memory that is zero and aligned to 8 bytes, for any thread
   * @throws OutOfMemoryError when there is none
   */
  public static MemorySegment allocate(long bytes) {
    return Arena.ofAuto().allocate(bytes, Long.BYTES);
  }
}
