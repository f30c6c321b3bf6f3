package org.sluice.testkit.session;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.nic.PacketSink;

/** Counts packets; its frames are free again at once. */
final class CountingSink implements PacketSink, PacketPool {
  private static final int FRAME = 2048;
  private static final int FRAMES = 64;
  private static final int HEADROOM = 64;

  private final MemorySegment memory = Arena.ofAuto().allocate((long) FRAMES * FRAME);
  private int next;
  long packets;

  @Override
  public int allocate(PacketBatch batch, int count) {
    for (int i = 0; i < count; i++) {
      batch.add(this, (long) (next++ % FRAMES) * FRAME + HEADROOM, 0, 0);
    }
    return count;
  }

  @Override
  public int send(PacketBatch batch) {
    int count = batch.size();
    packets += count;
    batch.clear();
    return count;
  }

  @Override
  public int mtuBytes() {
    return FRAME - HEADROOM;
  }

  @Override
  public MemorySegment memory() {
    return memory;
  }

  @Override
  public int frameBytes() {
    return FRAME;
  }

  @Override
  public int headroomBytes() {
    return HEADROOM;
  }

  @Override
  public long allocate() {
    return -1;
  }

  @Override
  public void release(long offset) {}

  @Override
  public int available() {
    return FRAMES;
  }
}
