package org.sluice.plugin.afxdp.xsk;

import org.sluice.plugin.afxdp.kernel.XdpAbi;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.runtime.Worker;

/** The receiving half of a socket. Packets are read where the kernel put them. Owned by the worker of its queue. */
public final class XskRx implements RxQueue {
  /** Fewer free places in the fill ring are left for later. */
  private static final int FILL_BATCH = 16;

  private final XskSocket socket;
  private final XskTx tx;
  private final Umem umem;
  private final FramePool pool;
  private final RxChecksums checksums;
  private final XskCounters counters;
  private final int worker;
  private final boolean polls;
  private boolean closed;

  /**
   * Makes the queue.
   *
   * @param socket of the queue
   * @param tx the other half
   * @param umem its memory
   * @param queue its number
   * @param owner its worker
   * @param checksums what to make of unfinished ones
   * @param counters what to count
   * @param polls whether the card is polled instead of taking interrupts
   */
  public XskRx(XskSocket socket, XskTx tx, Umem umem, int queue, Worker owner, RxChecksums checksums,
      XskCounters counters, boolean polls) {
    this.socket = socket;
    this.tx = tx;
    this.umem = umem;
    this.checksums = checksums;
    this.counters = counters;
    this.polls = polls;
    pool = umem.pool(queue);
    worker = owner.index();
    refill();
  }

  /** Gives the kernel chunks to receive into. */
  private void refill() {
    FillRing fill = socket.fill;
    int room = fill.free(FILL_BATCH);
    if (room >= FILL_BATCH) {
      for (int given = Math.min(room, pool.available()); given > 0; given--) {
        fill.add(pool.allocate() - Umem.HEADROOM_BYTES);
      }
      fill.publish();
    }
  }

  @Override
  public int receive(PacketBatch batch, int limit) {
    if (closed) {
      return 0;
    }
    refill();
    if (polls || socket.fill.wantsWakeup()) {
      int _ = socket.doorbell.receive();
    }
    int wanted = Math.min(limit, batch.capacity() - batch.size());
    int available = Math.min(socket.rx.available(), wanted);
    return available == 0 ? 0 : take(batch, available, wanted);
  }

  /** Whole packets only: one that the limit cuts waits for the next burst. */
  private int take(PacketBatch batch, int available, int wanted) {
    RxRing rx = socket.rx;
    int before = batch.size();
    int packets = 0;
    int wholeBatch = before;
    int wholeRing = 0;
    for (int i = 0; i < available; i++) {
      long address = rx.address(i);
      int length = rx.length(i);
      boolean continued = (rx.options(i) & XdpAbi.PKT_CONTD) != 0;
      if (umem.contains(address, length)) {
        batch.add(umem.poolOf(address), address, length, continued ? PacketFlags.CONTINUED : 0);
      } else {
        counters.invalid.increment(worker);
      }
      if (!continued) {
        packets++;
        wholeRing = i + 1;
        wholeBatch = batch.size();
      }
    }
    if (wholeRing == 0 && available == wanted) {
      return dropHead(batch, before, available);
    }
    batch.truncate(wholeBatch);
    rx.release(wholeRing);
    checksums.look(batch, before, worker);
    return packets;
  }

  /** A packet that no burst has room for. */
  private int dropHead(PacketBatch batch, int before, int pieces) {
    counters.oversized.increment(worker);
    for (int i = before; i < batch.size(); i++) {
      batch.pool(i).release(batch.offset(i));
    }
    batch.truncate(before);
    socket.rx.release(pieces);
    return 0;
  }

  @Override
  public int pollDescriptor() {
    return socket.descriptor();
  }

  @Override
  public long idleNs(long nowNs) {
    if (closed) {
      return Long.MAX_VALUE;
    }
    if (socket.rx.look() > 0) {
      return 0;
    }
    return tx.retryNs();
  }

  /** Nothing is received any more. */
  public void close() {
    closed = true;
  }
}
