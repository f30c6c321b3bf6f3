package org.sluice.plugin.tcp;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.memory.NativeMemory;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;

/**
 * Packets that lie in several frames, put together: for cards whose frames are smaller than their links' packets. It
 * costs a copy, which the common packet in one frame does not pay for. One per worker.
 */
final class ChainedFrames {
  /** Where a packet's data begins: headers of lower layers may stand before it. */
  static final int START = 512;
  private static final int MAX_BYTES = 64 << 10;

  private @Nullable MemorySegment whole;

  /** The last descriptor of the packet that begins at one; -1 when the batch ends before it does. */
  static int last(PacketBatch batch, int first) {
    int last = first;
    while ((batch.flags(last) & PacketFlags.CONTINUED) != 0) {
      if (++last == batch.size()) {
        return -1;
      }
    }
    return last;
  }

  /** Copies a packet together, to {@link #START}; returns its length, or -1 when it is too long to be one. */
  int gather(PacketBatch batch, int first, int last) {
    MemorySegment to = memory();
    int before = Math.max(0, -batch.l3Offset(first));
    if (before > START) {
      return -1;
    }
    MemorySegment.copy(batch.pool(first).memory(), batch.offset(first) - before, to, START - before, before);
    int length = 0;
    for (int i = first; i <= last; i++) {
      if (length + batch.length(i) > MAX_BYTES) {
        return -1;
      }
      MemorySegment.copy(batch.pool(i).memory(), batch.offset(i), to, START + length, batch.length(i));
      length += batch.length(i);
    }
    return length;
  }

  /** Where the packet was put. */
  MemorySegment memory() {
    if (whole == null) {
      whole = NativeMemory.allocate(START + MAX_BYTES);
    }
    return whole;
  }
}
