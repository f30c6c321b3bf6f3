package org.sluice.core.session;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.sluice.core.segment.FifoLease;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.TransportConnection;

/**
 * One session on its way from a worker to another: what is packed by the one and unpacked by the other, and what the
 * application asks of the old handle meanwhile. Its slots carry it there and back, so that no mailbox can refuse it.
 */
final class Migration {
  /** Added to what was asked when the application is told of the new handle: the old one is stale from then on. */
  static final int TOLD = 1 << 8;
  private static final int NOT_CARRIED = SessionFlags.ANNOUNCED | SessionFlags.SWEPT | SessionFlags.WRITABLE_DUE
      | SessionFlags.MIGRATING | SessionFlags.GUEST;

  final SessionWorker from;
  final SessionWorker to;
  final ControlSlot arrival;
  final ControlSlot departure;

  /** The session at its old place: a name without FIFOs, owned by the old worker. */
  final StackSession old;
  long oldHandle = Handle.INVALID;
  private final AtomicInteger asked = new AtomicInteger();

  // What travels.
  private @Nullable SessionOwner owner;
  private @Nullable TransportEntry transport;
  private @Nullable TransportConnection connection;
  private @Nullable Object attachment;
  private @Nullable Segment memory;
  private @Nullable FifoConsumer rx;
  private @Nullable FifoProducer tx;
  private @Nullable FifoProducer rxIn;
  private @Nullable FifoConsumer txOut;
  private @Nullable FifoLease lease;
  private SessionState state = SessionState.CREATED;
  private int flags;
  private int control;
  private long listener;
  private long segmentHandle;
  private long rxOffset;
  private long txOffset;
  private long opaque;
  private long openedNs;
  private int datagramLeft;
  private int datagramRefused;
  private short originalProtocol;

  Migration(StackSession old, SessionWorker to) {
    this.old = old;
    this.from = old.home;
    this.to = to;
    arrival = to.worker().newControlSlot(() -> to.migrations().arrive(this));
    departure = from.worker().newControlSlot(() -> from.migrations().leave(this));
  }

  // ---- The old worker.

  /** Takes everything out of the session but its handle and its place in its lane. */
  void pack(SessionOwner itsOwner, TransportConnection successor) {
    asked.set(0);
    oldHandle = old.handle;
    owner = itsOwner;
    transport = old.transport;
    connection = successor;
    attachment = old.attachment;
    memory = old.memory;
    state = old.state;
    // Who waits for memory is told at the new place, and asks again.
    flags = old.flags | (old.isQueued(SessionLinks.MEMORY) ? SessionFlags.WRITABLE_DUE : 0);
    control = old.pendingControl;
    listener = old.listener;
    segmentHandle = old.segmentHandle;
    rxOffset = old.rxOffset;
    txOffset = old.txOffset;
    opaque = old.opaque;
    openedNs = from.records().departs(old);
    datagramLeft = old.datagramLeft;
    datagramRefused = old.datagramRefused;
    originalProtocol = old.originalProtocol;
    lease = old.lease;
    packSides();
    old.memory = null;
    old.lease = null;
    old.connection = null;
    old.pendingEvents = 0;
    old.owedEvents = 0;
  }

  /** The sides change hands as they are, with their positions and what they hold out of order. */
  private void packSides() {
    rx = old.rx;
    tx = old.tx;
    rxIn = old.rxIn;
    txOut = old.txOut;
    old.rx = null;
    old.tx = null;
    old.rxIn = null;
    old.txOut = null;
    if (rx != null && tx != null) {
      rx.owner(to.worker());
      tx.owner(to.worker());
    }
    if (rxIn != null && txOut != null) {
      rxIn.owner(to.worker());
      txOut.owner(to.worker());
    }
  }

  /** Asks what the application wants of the session, by its old handle; false when that is stale by now. */
  boolean ask(int what) {
    int before;
    do {
      before = asked.get();
      if ((before & TOLD) != 0) {
        return false;
      }
    } while (!asked.compareAndSet(before, before | what));
    return true;
  }

  // ---- The new worker.

  /** Ends the time of the old handle; what was asked by it until now. */
  int tell() {
    return asked.getAndSet(TOLD);
  }

  long openedNs() {
    return openedNs;
  }

  SessionOwner owner() {
    SessionOwner known = owner;
    if (known == null) {
      throw new IllegalStateException("the migration of " + Handle.text(oldHandle) + " is not packed");
    }
    return known;
  }

  TransportConnection connection() {
    TransportConnection known = connection;
    if (known == null) {
      throw new IllegalStateException("the migration of " + Handle.text(oldHandle) + " is not packed");
    }
    return known;
  }

  /** Fills the session at its new place. Its application does not know it yet, and will be told of it. */
  void unpack(StackSession session) {
    session.flags = flags & ~NOT_CARRIED | SessionFlags.OFFERED | SessionFlags.ARRIVING;
    session.transport = transport;
    session.connection = connection;
    session.attachment = attachment;
    session.listener = listener;
    session.peerQueue = Handle.INVALID;
    session.segmentHandle = segmentHandle;
    session.rxOffset = rxOffset;
    session.txOffset = txOffset;
    session.opaque = opaque;
    session.originalProtocol = originalProtocol;
    session.datagramLeft = datagramLeft;
    session.datagramRefused = datagramRefused;
    session.memory = memory;
    session.rx = rx;
    session.tx = tx;
    session.rxIn = rxIn;
    session.txOut = txOut;
    session.lease = lease;
    session.owedEvents = (short) ((flags & SessionFlags.WRITABLE_DUE) == 0 ? 0 : 1 << SessionEvent.WRITABLE);
    session.set(flags & SessionFlags.WRITABLE_DUE);
  }

  SessionState state() {
    return state;
  }

  /** Control events that the old worker has not served. */
  int control() {
    return control;
  }

  /** Whether its FIFOs lie in the memory of another application worker than its owner. */
  boolean isGuest() {
    return (flags & SessionFlags.GUEST) != 0;
  }

  /** Lets go of what has travelled: this must not keep a plugin alive. */
  void empty() {
    owner = null;
    transport = null;
    connection = null;
    attachment = null;
    memory = null;
    rx = null;
    tx = null;
    rxIn = null;
    txOut = null;
    lease = null;
  }
}
