package org.sluice.core.network;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.runtime.Worker;

/**
 * Frames of native memory. The free ones are a stack of the owner's; what other workers give back hangs in a list that
 * the owner takes as a whole when his own are used up.
 */
final class FramePool implements PacketPool {
  private static final int FRAME_BYTES = 2048;
  private static final int HEADROOM_BYTES = 128;
  private static final int NOTHING = -1;

  private final Worker owner;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final int[] free;
  private int freeCount;

  /** For each frame that another worker gave back the one given back before. */
  private final int[] before;

  private final AtomicInteger givenBack = new AtomicInteger(NOTHING);

  FramePool(Worker owner, int frames) {
    this.owner = owner;
    memory = arena.allocate((long) frames * FRAME_BYTES, Long.BYTES);
    free = new int[frames];
    before = new int[frames];
    for (int i = 0; i < frames; i++) {
      free[i] = frames - 1 - i;
    }
    freeCount = frames;
  }

  @Override
  public MemorySegment memory() {
    return memory;
  }

  @Override
  public int frameBytes() {
    return FRAME_BYTES;
  }

  @Override
  public int headroomBytes() {
    return HEADROOM_BYTES;
  }

  @Override
  public long allocate() {
    if (freeCount == 0) {
      collect();
    }
    return freeCount == 0 ? -1 : (long) free[--freeCount] * FRAME_BYTES + HEADROOM_BYTES;
  }

  @Override
  public void release(long offset) {
    int frame = (int) (offset / FRAME_BYTES);
    if (owner.isCurrent()) {
      free[freeCount++] = frame;
      return;
    }
    int last;
    do {
      last = givenBack.get();
      before[frame] = last;
    } while (!givenBack.compareAndSet(last, frame));
  }

  private void collect() {
    for (int frame = givenBack.getAndSet(NOTHING); frame != NOTHING; frame = before[frame]) {
      free[freeCount++] = frame;
    }
  }

  @Override
  public int available() {
    collect();
    return freeCount;
  }

  void close() {
    arena.close();
  }
}
