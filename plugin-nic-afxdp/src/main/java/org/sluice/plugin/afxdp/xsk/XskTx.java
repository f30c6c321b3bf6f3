package org.sluice.plugin.afxdp.xsk;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.sluice.plugin.afxdp.kernel.Errno;
import org.sluice.plugin.afxdp.kernel.XdpAbi;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.nic.TxQueue;
import org.sluice.spi.runtime.Worker;

/**
 * The sending half of a socket. Frames of any of the card's pools are sent where they are; those of other cards are
 * copied. Owned by the worker of its queue.
 */
public final class XskTx implements TxQueue {
  /** Completions that one flush takes back at most, so that a turn stays short. */
  private static final int COMPLETIONS = 512;

  private static final long RETRY_NS = 50_000;
  private static final long DOWN_NS = 20_000_000;

  /** The metadata (struct xsk_tx_metadata) that stands right before a packet whose checksum is asked for. */
  public static final int METADATA_BYTES = 24;

  // Where its parts are, before the packet.
  private static final int METADATA_FLAGS = 24;
  private static final int METADATA_START = 16;
  private static final int METADATA_OFFSET = 14;

  private final XskSocket socket;
  private final Umem umem;
  private final FramePool pool;
  private final XskCounters counters;
  private final int worker;
  private boolean pending;
  /** Pieces that the kernel has and has not given back. */
  private int outstanding;
  /** The interface is down or has gone: calling more often would not help. */
  private boolean down;
  private boolean closed;

  /**
   * Makes the queue.
   *
   * @param socket of the queue
   * @param umem its memory
   * @param queue its number
   * @param owner its worker
   * @param counters what to count
   */
  public XskTx(XskSocket socket, Umem umem, int queue, Worker owner, XskCounters counters) {
    this.socket = socket;
    this.umem = umem;
    this.counters = counters;
    pool = umem.txPool(queue);
    worker = owner.index();
  }

  @Override
  public PacketPool pool() {
    return pool;
  }

  @Override
  public int transmit(PacketBatch batch) {
    int accepted = 0;
    int size = batch.size();
    for (int first = 0; first < size; ) {
      int last = first;
      while (last + 1 < size && (batch.flags(last) & PacketFlags.CONTINUED) != 0) {
        last++;
      }
      accepted += send(batch, first, last) ? 1 : 0;
      first = last + 1;
    }
    batch.clear();
    return accepted;
  }

  /** Queues one packet, whose frames are let go when that cannot be. */
  private boolean send(PacketBatch batch, int first, int last) {
    int pieces = 0;
    for (int i = first; i <= last; i++) {
      if (!umem.isOf(batch.pool(i)) && !copy(batch, i)) {
        release(batch, first, last);
        return false;
      }
      pieces += umem.pieces(batch.offset(i), batch.length(i));
    }
    if (closed || socket.tx.free(pieces) < pieces) {
      counters.ringFull.increment(worker);
      release(batch, first, last);
      return false;
    }
    for (int i = first; i <= last; i++) {
      add(batch, i, i == last);
    }
    return true;
  }

  /** Gives a frame to the kernel, chunk by chunk. */
  private void add(PacketBatch batch, int i, boolean last) {
    long at = batch.offset(i);
    int left = batch.length(i);
    int options = (batch.flags(i) & PacketFlags.TX_CHECKSUM_REQUEST) == 0 ? 0 : askForChecksum(batch, i);
    int pieces = umem.pieces(at, left);
    umem.sending(at, pieces);
    outstanding += pieces;
    int chunk = umem.chunkBytes();
    int room = chunk - (int) (at % chunk);
    while (left > room) {
      socket.tx.add(at, room, options | XdpAbi.PKT_CONTD);
      options = 0;
      at += room;
      left -= room;
      room = chunk;
    }
    socket.tx.add(at, left, last ? options : options | XdpAbi.PKT_CONTD);
  }

  private static void release(PacketBatch batch, int first, int last) {
    for (int i = first; i <= last; i++) {
      batch.pool(i).release(batch.offset(i));
    }
  }

  /** Puts a frame of another card into one of ours, in its place in the batch. */
  private boolean copy(PacketBatch batch, int i) {
    int length = batch.length(i);
    if (length > pool.frameBytes() - pool.headroomBytes()) {
      counters.tooLong.increment(worker);
      return false;
    }
    long to = pool.allocate();
    if (to < 0) {
      return false;
    }
    counters.copied.increment(worker);
    MemorySegment.copy(batch.pool(i).memory(), batch.offset(i), pool.memory(), to, length);
    batch.pool(i).release(batch.offset(i));
    batch.replace(i, pool, to);
    return true;
  }

  /** Writes what the kernel is to sum before the packet; frames have that room, as they are pushed headers into. */
  private int askForChecksum(PacketBatch batch, int i) {
    MemorySegment m = umem.memory();
    long at = batch.offset(i);
    m.set(ValueLayout.JAVA_LONG_UNALIGNED, at - METADATA_FLAGS, XdpAbi.TXMD_CHECKSUM);
    m.set(ValueLayout.JAVA_SHORT_UNALIGNED, at - METADATA_START, (short) batch.checksumStart(i));
    m.set(ValueLayout.JAVA_SHORT_UNALIGNED, at - METADATA_OFFSET, (short) batch.checksumOffset(i));
    return XdpAbi.TX_METADATA;
  }

  @Override
  public void flush() {
    if (closed) {
      return;
    }
    pending |= socket.tx.publish();
    if (pending) {
      kick();
    }
    if (outstanding > 0) {
      reap();
    }
  }

  /** In copy mode the kernel sends within the call, some packets at a time; then it wants to be called again. */
  private void kick() {
    if (socket.tx.wantsWakeup()) {
      counters.kicks.increment(worker);
      int errno = socket.doorbell.transmit();
      if (errno != 0 && errno != Errno.EAGAIN) {
        counters.kickFailures.increment(worker);
      }
      down = errno == Errno.ENETDOWN || errno == Errno.ENXIO;
    }
    pending = !socket.tx.isDrained();
  }

  /** Takes back the frames that were sent. */
  private void reap() {
    CompletionRing completion = socket.completion;
    int count = Math.min(completion.available(), COMPLETIONS);
    for (int i = 0; i < count; i++) {
      if (!umem.sent(completion.address(i))) {
        counters.invalid.increment(worker);
      }
    }
    if (count > 0) {
      completion.release(count);
      outstanding -= count;
    }
  }

  /** How soon the kernel is to be called again; {@link Long#MAX_VALUE} when it has taken everything. */
  long retryNs() {
    if (!pending) {
      return Long.MAX_VALUE;
    }
    return down ? DOWN_NS : RETRY_NS;
  }

  @Override
  public int freeSlots() {
    return closed ? 0 : socket.tx.free(Integer.MAX_VALUE);
  }

  /** Nothing is sent any more. */
  public void close() {
    closed = true;
  }
}
