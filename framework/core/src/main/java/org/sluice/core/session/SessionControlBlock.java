package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.core.segment.FifoLease;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.TransportConnection;

/**
 * What the session layer keeps of a session. All fields of a session stand here or in {@link SessionSlot}, none in its
 * subclass, so that they are packed as one. Pooled by the worker it belongs to; only that worker touches it.
 */
abstract sealed class SessionControlBlock extends SessionSlot permits StackSession {
  /** Flags with which nothing can be written any more. */
  static final int NOT_WRITABLE =
      SessionFlags.APP_CLOSED | SessionFlags.TX_SHUTDOWN | SessionFlags.PEER_RESET | SessionFlags.PEER_GONE;

  @Nullable TransportConnection connection;
  long listener = Handle.INVALID;
  long peerQueue = Handle.INVALID;
  long segmentHandle = Handle.INVALID;
  long rxOffset;
  long txOffset;
  short originalProtocol;
  @Nullable Object attachment;

  /** Where the FIFOs lie, for contexts that only look. */
  volatile @Nullable Segment memory;

  // The application's sides of the FIFOs, and the stack's. A local session has none of the stack's; at the other ends
  // are its peer's.
  @Nullable FifoConsumer rx;
  @Nullable FifoProducer tx;
  @Nullable FifoProducer rxIn;
  @Nullable FifoConsumer txOut;
  @Nullable FifoLease lease;
  @Nullable FifoLease peerLease;
  @Nullable StackSession peer;
  @Nullable Runnable freeConnection;
  /** Set while the application's sides are in the hands of its threads; rx and tx are null then. */
  @Nullable StreamBinding streamBinding;

  long sweepDueNs;
  // The low halves of positions.
  int txSeen;
  int rxInSeen;
  int txRun;
  int datagramLeft;
  int datagramRefused;
  byte pendingControl;

  SessionControlBlock(SessionWorker home, int slot) {
    super(home, slot);
  }

  /** Makes a pooled object ready for a new flow. */
  void reuse(TransportEntry newTransport, TransportConnection newConnection) {
    flags = 0;
    transport = newTransport;
    connection = newConnection;
    listener = Handle.INVALID;
    peerQueue = Handle.INVALID;
    segmentHandle = Handle.INVALID;
    rxOffset = 0;
    txOffset = 0;
    opaque = 0;
    originalProtocol = (short) newTransport.id();
    owedEvents = 0;
    datagramLeft = 0;
    datagramRefused = 0;
  }

  /** Makes a pooled object ready to stand for a listener. */
  void listen(TransportEntry newTransport) {
    flags = 0;
    transport = newTransport;
    connection = null;
    opaque = 0;
    originalProtocol = (short) newTransport.id();
    owedEvents = 0;
  }

  /** The connection of a session that is known to have one. */
  TransportConnection connected() {
    TransportConnection c = connection;
    if (c == null) {
      throw new IllegalStateException("session " + Handle.text(handle) + " in " + state + " has no connection");
    }
    return c;
  }

  /** The memory of a session that is known to have FIFOs. */
  Segment requireMemory() {
    Segment m = memory;
    if (m == null) {
      throw new IllegalStateException("session " + Handle.text(handle) + " in " + state + " has no FIFOs");
    }
    return m;
  }

  /** The transport of a session that is known to have one. */
  TransportEntry carrier() {
    TransportEntry t = transport;
    if (t == null) {
      throw new IllegalStateException("session " + Handle.text(handle) + " in " + state + " has no transport");
    }
    return t;
  }

  /** Whether a thread of an application writes into the rx FIFO, and not this worker. */
  boolean isFedByThread() {
    StackSession writer = peer;
    return writer != null && writer.streamBinding != null;
  }

  boolean isWriteRefused() {
    return (flags & NOT_WRITABLE) != 0;
  }

  /** The error of a call that needs FIFOs and finds none. */
  SessionError withoutFifos() {
    return streamBinding == null && !has(SessionFlags.MIGRATING) ? SessionError.NOSESSION : SessionError.CONFLICT;
  }
}
