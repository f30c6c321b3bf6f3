package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Worker;

/**
 * Packets that lie in several frames, put together in one: for cards whose frames are smaller than the packets of their
 * link. That is a copy, which packets in one frame do not pay for. Owned by one worker.
 */
final class PacketPieces {
  /** The longest IP packet fits, with its link header. */
  private static final int FRAME_BYTES = 66 << 10;
  private static final int FRAMES = 128;
  private static final int HEADROOM_BYTES = 64;

  private final Worker owner;
  private final Counter exhausted;
  /** Made for the first such packet. */
  private @Nullable FramePool pool;

  PacketPieces(Worker owner, Counter exhausted) {
    this.owner = owner;
    this.exhausted = exhausted;
  }

  /** The last descriptor of a packet that begins at one; that of the batch when the packet does not end in it. */
  static int last(PacketBatch batch, int first) {
    int last = first;
    while ((batch.flags(last) & PacketFlags.CONTINUED) != 0 && last + 1 < batch.size()) {
      last++;
    }
    return last;
  }

  /**
   * Puts a packet together in a frame that takes the place of its first one; the others go back. False when that cannot
   * be, and then all frames are still there.
   */
  boolean join(PacketBatch batch, int first, int last) {
    if ((batch.flags(last) & PacketFlags.CONTINUED) != 0) {
      return false;
    }
    int length = 0;
    for (int i = first; i <= last; i++) {
      length += batch.length(i);
    }
    long to = length > FRAME_BYTES - HEADROOM_BYTES ? -1 : pool().allocate();
    if (to < 0) {
      return false;
    }
    MemorySegment memory = pool().memory();
    long at = to;
    for (int i = first; i <= last; i++) {
      MemorySegment.copy(batch.pool(i).memory(), batch.offset(i), memory, at, batch.length(i));
      at += batch.length(i);
      batch.pool(i).release(batch.offset(i));
    }
    batch.replace(first, pool(), to);
    batch.bounds(first, to, length);
    batch.flags(first, batch.flags(first) & ~PacketFlags.CONTINUED);
    return true;
  }

  private FramePool pool() {
    FramePool made = pool;
    if (made == null) {
      made = new FramePool(owner, FRAMES, FRAME_BYTES, HEADROOM_BYTES, exhausted);
      pool = made;
    }
    return made;
  }
}
