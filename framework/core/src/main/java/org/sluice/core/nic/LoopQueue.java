package org.sluice.core.nic;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Worker;

/**
 * One queue of a loop: frames that are sent wait here until they are received, in their order. A frame of the own pool
 * is handed through; one of another pool is copied. What finds no room is dropped and counted. Owned by one worker.
 */
final class LoopQueue implements RxQueue, TxQueue, DropTeller {
  /** Frames that can wait, and frames of the pool. */
  private static final int SLOTS = 256;

  private static final int FRAME_BYTES = 2048;
  private static final int HEADROOM_BYTES = 128;

  private final Worker owner;
  private final Counter dropped;
  private final Counter exhausted;
  private DropListener listener = (batch, i, reason) -> {};
  private PacketBatch arriving = new PacketBatch(SLOTS);
  private PacketBatch leaving = new PacketBatch(SLOTS);
  private int received;

  /** Made when first asked for: most loops carry addresses only. */
  private @Nullable FramePool pool;

  LoopQueue(Worker owner, Counter dropped, Counter exhausted) {
    this.owner = owner;
    this.dropped = dropped;
    this.exhausted = exhausted;
  }

  @Override
  public void tellDrops(DropListener told) {
    listener = told;
  }

  @Override
  public PacketPool pool() {
    FramePool made = pool;
    if (made == null) {
      made = new FramePool(owner, SLOTS, FRAME_BYTES, HEADROOM_BYTES, exhausted);
      pool = made;
    }
    return made;
  }

  @Override
  public int transmit(PacketBatch batch) {
    int accepted = 0;
    for (int i = 0; i < batch.size(); i++) {
      DropReason refusal = accept(batch, i);
      if (refusal == DropReason.NONE) {
        accepted++;
      } else {
        dropped.increment(owner.index());
        listener.onDrop(batch, i, refusal);
        batch.pool(i).release(batch.offset(i));
      }
    }
    batch.clear();
    return accepted;
  }

  private DropReason accept(PacketBatch batch, int i) {
    if (arriving.size() == SLOTS) {
      return DropReason.QUEUE_FULL;
    }
    if (batch.pool(i) == pool()) {
      append(batch, i);
      return DropReason.NONE;
    }
    int length = batch.length(i);
    if (length > FRAME_BYTES - HEADROOM_BYTES) {
      return DropReason.TOO_LONG;
    }
    long copy = pool().allocate();
    if (copy < 0) {
      return DropReason.NO_FRAME;
    }
    MemorySegment.copy(batch.pool(i).memory(), batch.offset(i), pool().memory(), copy, length);
    batch.pool(i).release(batch.offset(i));
    batch.bounds(i, copy, length);
    append(batch, i);
    return DropReason.NONE;
  }

  private void append(PacketBatch batch, int i) {
    boolean checksumLeft = (batch.flags(i) & PacketFlags.TX_CHECKSUM_REQUEST) != 0;
    int kept = batch.flags(i) & (PacketFlags.IP4 | PacketFlags.L3_KNOWN);
    int flags = kept | (checksumLeft ? PacketFlags.RX_CHECKSUM_PARTIAL : PacketFlags.RX_CHECKSUM_GOOD);
    int at = arriving.add(pool(), batch.offset(i), batch.length(i), flags);
    arriving.flowHash(at, batch.flowHash(i));
    arriving.checksumPosition(at, batch.checksumStart(i), batch.checksumOffset(i));
    if ((flags & PacketFlags.L3_KNOWN) != 0) {
      arriving.headerOffsets(at, batch.l3Offset(i), batch.l4Offset(i));
    }
  }

  @Override
  public void flush() {
    // What was sent waits in place; no card has to be told.
  }

  @Override
  public int freeSlots() {
    return SLOTS - arriving.size();
  }

  @Override
  public int receive(PacketBatch batch, int limit) {
    int taken = 0;
    while (taken < limit && batch.size() < batch.capacity() && next()) {
      batch.add(leaving, received++);
      taken++;
    }
    return taken;
  }

  /** Whether a frame is to be received; what has arrived takes the place of what was received. */
  private boolean next() {
    if (received < leaving.size()) {
      return true;
    }
    leaving.clear();
    received = 0;
    PacketBatch empty = leaving;
    leaving = arriving;
    arriving = empty;
    return leaving.size() > 0;
  }

  @Override
  public int pollDescriptor() {
    return -1;
  }

  @Override
  public long idleNs(long nowNs) {
    return arriving.size() > 0 || received < leaving.size() ? 0 : Long.MAX_VALUE;
  }

  void close() {
    arriving.clear();
    leaving.clear();
    received = 0;
    pool = null;
  }
}
