package org.sluice.core.ip;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkSnapshot;
import org.sluice.core.network.Scopes;
import org.sluice.core.trace.WorkerTrace;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;
import org.sluice.spi.runtime.Counter;

/** An interface as one worker uses it: its own queues of the card. Owned by the worker. */
final class Port {
  /** Room for the Ethernet and the IPv6 header, and for the longest header that a transport puts before its payload. */
  static final int HEADERS_BYTES = 54 + TcpHeader.MAX_LENGTH;

  final int index;
  final long mac;
  final int mtuBytes;
  final boolean loop;
  final boolean txChecksum;
  final int txSegmentBytes;
  final NeighborCache neighbors;

  private final List<RxQueue> rxQueues;
  private final @Nullable TxQueue tx;
  private final WorkerTrace trace;
  private final Counter queueFull;
  private final int lead;
  /** What a frame takes behind the headers, whose room in front is the card's or made here. */
  private final int roomBytes;
  private NetInterface about;
  private boolean closed;
  private int unflushed;

  // The address that was last found to be ours, and when.
  private @Nullable NetworkSnapshot owningSnapshot;
  private long ownedHigh;
  private long ownedLow;

  Port(NetInterface about, List<RxQueue> rxQueues, @Nullable TxQueue tx, NeighborCache neighbors, WorkerTrace trace,
      Counter queueFull) {
    this.trace = trace;
    this.queueFull = queueFull;
    Nic nic = about.nic();
    this.about = about;
    this.rxQueues = rxQueues;
    this.tx = tx;
    this.neighbors = neighbors;
    index = about.index();
    mac = nic.macAddress();
    mtuBytes = nic.mtuBytes();
    loop = about.isLoop();
    txChecksum = nic.capabilities().txChecksum();
    lead = tx == null ? 0 : Math.max(0, HEADERS_BYTES - tx.pool().headroomBytes());
    roomBytes = tx == null ? 0 : tx.pool().frameBytes() - tx.pool().headroomBytes() - lead;
    txSegmentBytes = Math.min(nic.capabilities().txSegmentBytes(), roomBytes);
  }

  /** Follows the addresses and tables of the interface. */
  void update(NetInterface changed) {
    about = changed;
  }

  /** The card is about to be closed: nothing is taken from it or given to it any more. */
  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  NetInterface about() {
    return about;
  }

  /** The largest packet of a family: for IPv6 routers may say less than the card. */
  int mtuBytes(boolean ip4) {
    int told = ip4 ? 0 : about.advice().mtuBytes();
    return told == 0 ? mtuBytes : Math.min(told, mtuBytes);
  }

  /** The most of it that a transport may fill, from where the data of a fresh frame begins. */
  int roomBytes() {
    return roomBytes;
  }

  int hopLimit(int usual) {
    int told = about.advice().hopLimit();
    return told == 0 ? usual : told;
  }

  int table(boolean ip4) {
    return about.table(ip4);
  }

  List<RxQueue> rxQueues() {
    return rxQueues;
  }

  boolean sends() {
    return tx != null && !closed;
  }

  /** Whether a packet that came in here is ours: for any address of the table set, but link-local ones of this link. */
  boolean owns(NetworkSnapshot now, long high, long low) {
    if (high == ownedHigh && low == ownedLow && isSame(now)) {
      return true;
    }
    boolean ours = Scopes.isLinkLocal(high, low)
        ? about.has(high, low)
        : now.owns(about.table(IpAddress.isIp4(high, low)), high, low);
    if (ours) {
      owningSnapshot = now;
      ownedHigh = high;
      ownedLow = low;
    }
    return ours;
  }

  @SuppressWarnings("ReferenceEquality") // A snapshot that is another object is another snapshot.
  private boolean isSame(NetworkSnapshot now) {
    return now == owningSnapshot;
  }

  // ---- Sending. Frames are whole, link header included.

  /** Appends a frame whose data has room for all headers in front; false when there is none. */
  boolean allocate(PacketBatch batch) {
    if (tx == null || closed || batch.size() == batch.capacity()) {
      return false;
    }
    long offset = tx.pool().allocate();
    if (offset < 0) {
      return false;
    }
    batch.add(tx.pool(), offset + lead, 0, 0);
    return true;
  }

  int transmit(PacketBatch batch) {
    assert !closed : index;
    int accepted = trace.isOpen() ? transmitTraced(batch) : Objects.requireNonNull(tx).transmit(batch);
    unflushed += accepted;
    return accepted;
  }

  private int transmitTraced(PacketBatch batch) {
    TxQueue queue = Objects.requireNonNull(tx);
    trace.transmitting(batch, index);
    int accepted = queue.transmit(batch);
    trace.transmitted(accepted, queue.freeSlots(), queueFull);
    return accepted;
  }

  /** Packets that the card would take now. */
  int freeSlots() {
    return tx == null || closed ? Integer.MAX_VALUE : tx.freeSlots();
  }

  /** Tells the card; how many were sent since it was told last. */
  int flush() {
    if (tx == null) {
      return 0;
    }
    tx.flush();
    int sent = unflushed;
    unflushed = 0;
    return sent;
  }
}
