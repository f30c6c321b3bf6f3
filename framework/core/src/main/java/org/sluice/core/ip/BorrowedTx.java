package org.sluice.core.ip;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.nic.TxQueue;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Worker;

/**
 * What a worker sends through that has no transmit queue of a card: its frames go, in bursts, to a worker that has one,
 * through a bounded ring with one writer and one reader. They are copied there into frames of the card, which only the
 * queue's owner can take.
 */
final class BorrowedTx implements TxQueue {
  private static final int BURSTS = 16;
  private static final int BURST_PACKETS = 64;
  /** Those of a full ring, and of one more burst. */
  private static final int FRAMES = (BURSTS + 1) * BURST_PACKETS;

  private final int interfaceIndex;
  private final int lender;
  private final IpCounters counters;
  private final FramePool pool;
  private final IntFunction<@Nullable Port> lendersPorts;
  private final PacketBatch[] bursts = new PacketBatch[BURSTS];
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong read = new AtomicLong();
  private final ControlSlot wake;
  private boolean open;

  /**
   * Makes the queue.
   *
   * @param borrower who sends
   * @param lender whose queue the frames leave by
   * @param interfaceIndex the interface of the card
   * @param frameBytes of a whole frame with its headroom
   * @param counters what to count
   * @param exhausted counts frames that were wanted when there was none
   * @param lendersPorts the interfaces as the lender has them, asked on the lender
   */
  BorrowedTx(Worker borrower, Worker lender, int interfaceIndex, int frameBytes, IpCounters counters,
      Counter exhausted, IntFunction<@Nullable Port> lendersPorts) {
    this.interfaceIndex = interfaceIndex;
    this.lender = lender.index();
    this.counters = counters;
    this.lendersPorts = lendersPorts;
    pool = new FramePool(borrower, FRAMES, frameBytes, Port.HEADERS_BYTES, exhausted);
    for (int i = 0; i < BURSTS; i++) {
      bursts[i] = new PacketBatch(BURST_PACKETS);
    }
    wake = lender.newControlSlot(this::drain);
  }

  // ---- The borrower.

  @Override
  public PacketPool pool() {
    return pool;
  }

  @Override
  public int transmit(PacketBatch batch) {
    int accepted = 0;
    for (int i = 0; i < batch.size(); i++) {
      PacketBatch burst = burst();
      if (burst == null) {
        batch.pool(i).release(batch.offset(i));
      } else {
        int at = burst.add(batch, i);
        burst.flags(at, burst.flags(at) & ~PacketFlags.TRACE);
        accepted++;
        if (burst.size() == BURST_PACKETS) {
          publish();
        }
      }
    }
    batch.clear();
    return accepted;
  }

  /** The one that is being filled; null when the lender has not emptied any. */
  private @Nullable PacketBatch burst() {
    long at = written.getPlain();
    if (!open && at - read.getAcquire() == BURSTS) {
      return null;
    }
    open = true;
    return bursts[(int) at & BURSTS - 1];
  }

  private void publish() {
    open = false;
    written.setRelease(written.getPlain() + 1);
  }

  @Override
  public void flush() {
    if (open) {
      publish();
    }
    if (written.getPlain() != read.getAcquire()) {
      var _ = wake.post();
    }
  }

  @Override
  public int freeSlots() {
    int free = BURSTS - (int) (written.getPlain() - read.getAcquire());
    int begun = open ? bursts[(int) written.getPlain() & BURSTS - 1].size() : 0;
    return free * BURST_PACKETS - begun;
  }

  // ---- The lender.

  private void drain() {
    long end = written.getAcquire();
    Port port = lendersPorts.apply(interfaceIndex);
    for (long at = read.getPlain(); at < end; at++) {
      PacketBatch burst = bursts[(int) at & BURSTS - 1];
      if (port != null && port.freeSlots() < burst.size()) {
        // What the card has goes first. Where that does not help, the rest is dropped as it is for everybody.
        port.flush();
      }
      send(port, burst);
      read.setRelease(at + 1);
    }
  }

  private void send(@Nullable Port port, PacketBatch burst) {
    int wanted = burst.size();
    if (port == null || !port.sends()) {
      for (int i = 0; i < wanted; i++) {
        counters.drop(Drop.LINK_OUTDATED, lender, burst, i);
      }
      burst.clear();
      return;
    }
    for (int refused = wanted - port.transmit(burst); refused > 0; refused--) {
      counters.count(Drop.LINK_QUEUE_FULL, lender);
    }
  }
}
