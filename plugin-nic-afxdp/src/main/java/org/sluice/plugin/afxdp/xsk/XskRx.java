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
  /** Looks until the fill ring is looked at all the same, for chunks of packets that the kernel has dropped. */
  private static final int LOOKS = 128;
  /** How soon chunks are given back that could not be at once: the kernel's index is late, or none is free. */
  private static final long OWED_NS = 50_000;

  private final XskSocket socket;
  private final XskTx tx;
  private final Umem umem;
  private final FramePool pool;
  private final RxChecksums checksums;
  private final XskCounters counters;
  private final int worker;
  private final boolean polls;
  /** The pieces up to the next end are of a packet that is dropped. */
  private boolean skipping;
  private boolean closed;
  /**
   * Chunks that were taken from the kernel and that it was not given others for. Less than none when it was given some
   * for packets that still wait to be taken, or that it has dropped.
   */
  private int owed;
  private int looks;

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
    pool = umem.rxPool(queue);
    worker = owner.index();
    refill();
    owed = 0;
  }

  /** Gives the kernel chunks to receive into. */
  private void refill() {
    FillRing fill = socket.fill;
    int room = fill.free(FILL_BATCH);
    int given = room < FILL_BATCH ? 0 : Math.min(room, pool.available());
    for (int i = 0; i < given; i++) {
      fill.add(pool.allocate() - Umem.HEADROOM_BYTES);
    }
    fill.publish();
    // Not what there is room for: the kernel says a moment later that it has taken chunks than that packets are there.
    owed -= given;
    looks = 0;
    if (fill.wantsWakeup()) {
      int _ = socket.doorbell.receive();
    }
  }

  /**
   * The fill ring's words are the kernel's too, which works on another processor: each look at them costs both. So it
   * is looked at when it must have room, and now and then.
   */
  private boolean isRefillDue() {
    return owed >= FILL_BATCH || ++looks == LOOKS;
  }

  @Override
  public int receive(PacketBatch batch, int limit) {
    if (closed) {
      return 0;
    }
    if (polls) {
      int _ = socket.doorbell.receive();
    }
    int wanted = Math.min(limit, batch.capacity() - batch.size());
    int available = Math.min(socket.rx.available(), wanted);
    int packets = available == 0 ? 0 : take(batch, available, wanted);
    if (isRefillDue()) {
      refill();
    }
    return packets;
  }

  /** Whole packets only: one that the limit cuts waits for the next burst. */
  private int take(PacketBatch batch, int available, int wanted) {
    RxRing rx = socket.rx;
    int before = batch.size();
    boolean goesOn = skipping;
    int packets = 0;
    int wholeBatch = before;
    int wholeRing = 0;
    for (int i = 0; i < available; i++) {
      long address = rx.address(i);
      boolean continued = (rx.options(i) & XdpAbi.PKT_CONTD) != 0;
      if (umem.isReceived(address, rx.length(i))) {
        batch.add(umem.rxPoolOf(address), address, rx.length(i), continued ? PacketFlags.CONTINUED : 0);
      } else {
        counters.invalid.increment(worker);
        skipping = true;
      }
      if (!continued) {
        packets += skipping ? 0 : 1;
        wholeBatch = skipping ? forget(batch, wholeBatch) : batch.size();
        wholeRing = i + 1;
        skipping = false;
      }
    }
    if (wholeRing == 0 && (goesOn || available == wanted)) {
      // No burst has room for it: its end is skipped too, when that comes.
      counters.oversized.add(worker, goesOn ? 0 : 1);
      skipping = true;
      wholeBatch = forget(batch, before);
      wholeRing = available;
    } else if (wholeRing < available) {
      // What is still without its end is read again.
      skipping = false;
    }
    batch.truncate(wholeBatch);
    rx.release(wholeRing);
    owed += wholeRing;
    checksums.look(batch, before, worker);
    return packets;
  }

  /** Lets the pieces of a packet go that is none; returns where they began. */
  private static int forget(PacketBatch batch, int from) {
    for (int i = from; i < batch.size(); i++) {
      batch.pool(i).release(batch.offset(i));
    }
    batch.truncate(from);
    return from;
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
    // Without a chunk nothing comes in, and nothing wakes anybody.
    return owed < FILL_BATCH ? tx.retryNs() : Math.min(OWED_NS, tx.retryNs());
  }

  /** Nothing is received any more. */
  public void close() {
    closed = true;
  }
}
