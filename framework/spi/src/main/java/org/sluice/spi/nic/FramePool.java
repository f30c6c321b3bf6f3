package org.sluice.spi.nic;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Worker;

/**
 * A pool whose frames are native memory: its own, or a part of what a driver shares with its card. The free frames are
 * a stack of the owner's; what others give back hangs in a list that the owner takes as a whole when his own are used
 * up. Neither side locks or allocates.
 *
 * <p>A frame may outlive the card it came from, in a queue of packets that wait for an address, for example. So nobody
 * closes a pool: its memory goes back to the system when nobody refers to it any more.
 */
public final class FramePool implements PacketPool {
  private static final int NOTHING = -1;

  private final Worker owner;
  private final int frameBytes;
  private final int headroomBytes;
  private final MemorySegment memory;
  private final int first;
  private final int[] free;
  private int freeCount;
  private final Counter exhausted;

  /** For each frame that another context gave back the one given back before. */
  private final int[] before;

  private final AtomicInteger givenBack = new AtomicInteger(NOTHING);

  /**
   * Makes a pool whose frames are all free.
   *
   * @param owner who takes frames
   * @param frames how many
   * @param frameBytes the size of each, headroom included
   * @param headroomBytes how much of it stands before the data
   * @param exhausted counts frames that were wanted when none was free
   */
  public FramePool(Worker owner, int frames, int frameBytes, int headroomBytes, Counter exhausted) {
    this(owner, Arena.ofAuto().allocate((long) frames * frameBytes, Long.BYTES), 0, frames, frameBytes, headroomBytes,
        exhausted);
  }

  /**
   * Makes a pool of some of the frames of a memory that is somebody else's, who sees to it that it outlives the frames.
   *
   * @param owner who takes frames
   * @param memory the memory, frames from its beginning
   * @param first the number of the pool's first frame
   * @param frames how many
   * @param frameBytes the size of each, headroom included
   * @param headroomBytes how much of it stands before the data
   * @param exhausted counts frames that were wanted when none was free
   */
  public FramePool(Worker owner, MemorySegment memory, int first, int frames, int frameBytes, int headroomBytes,
      Counter exhausted) {
    this.owner = owner;
    this.memory = memory;
    this.first = first;
    this.frameBytes = frameBytes;
    this.headroomBytes = headroomBytes;
    this.exhausted = exhausted;
    free = new int[frames];
    before = new int[frames];
    for (int i = 0; i < frames; i++) {
      free[i] = frames - 1 - i;
    }
    freeCount = frames;
  }

  /**
   * How many frames there are in all, free or not. A pool of which as many are available has lost none.
   *
   * @return the number it was made with
   */
  public int frames() {
    return free.length;
  }

  @Override
  public MemorySegment memory() {
    return memory;
  }

  @Override
  public int frameBytes() {
    return frameBytes;
  }

  @Override
  public int headroomBytes() {
    return headroomBytes;
  }

  @Override
  public long allocate() {
    if (freeCount == 0) {
      collect();
    }
    if (freeCount == 0) {
      exhausted.increment(owner.index());
      return -1;
    }
    return (long) (first + free[--freeCount]) * frameBytes + headroomBytes;
  }

  @Override
  public void release(long offset) {
    int frame = (int) (offset / frameBytes) - first;
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
}
