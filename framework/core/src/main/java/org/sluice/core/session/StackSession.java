package org.sluice.core.session;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.core.segment.FifoLease;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.DatagramAddress;
import org.sluice.spi.session.Readiness;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.session.SessionStream;
import org.sluice.spi.session.WritableWish;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.TransportAttribute;
import org.sluice.spi.transport.TransportConnection;

/**
 * A session: the fields that the session layer works on, and the calls of its application. Pooled by the worker it
 * belongs to; only that worker touches it. What changes the state is in {@link SessionLifecycle}.
 */
final class StackSession extends SessionSlot implements Session {
  private static final int NOT_WRITABLE =
      SessionFlags.APP_CLOSED | SessionFlags.TX_SHUTDOWN | SessionFlags.PEER_RESET | SessionFlags.PEER_GONE;
  private static final int NOT_PLAIN_WRITE = NOT_WRITABLE | SessionFlags.DATAGRAM | SessionFlags.SWEPT;

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

  StackSession(SessionWorker home, int slot) {
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

  // ---- Data.

  @Override
  public int write(MemorySegment source, long offset, int lengthBytes) {
    assert home.isCurrent() : home.notCurrent(handle);
    FifoProducer fifo = tx;
    if (fifo == null || (flags & NOT_PLAIN_WRITE) != 0) {
      return writeOtherwise(fifo, source, offset, lengthBytes);
    }
    int written = fifo.enqueue(source, offset, lengthBytes);
    if (written <= 0) {
      return written == 0 ? 0 : home.fifoError(this, written);
    }
    announceWritten(fifo);
    return written;
  }

  @Override
  public int write(byte[] source, int offset, int lengthBytes) {
    assert home.isCurrent() : home.notCurrent(handle);
    FifoProducer fifo = tx;
    if (fifo == null || (flags & NOT_PLAIN_WRITE) != 0) {
      return writeOtherwise(fifo, source, offset, lengthBytes);
    }
    int written = fifo.enqueue(source, offset, lengthBytes);
    if (written <= 0) {
      return written == 0 ? 0 : home.fifoError(this, written);
    }
    announceWritten(fifo);
    return written;
  }

  @Override
  public int read(MemorySegment target, long offset, int lengthBytes) {
    assert home.isCurrent() : home.notCurrent(handle);
    FifoConsumer fifo = rx;
    if (fifo == null) {
      return home.refused(withoutFifos());
    }
    int read = has(SessionFlags.DATAGRAM)
        ? home.datagrams().read(this, fifo, target, offset, lengthBytes)
        : fifo.dequeue(target, offset, lengthBytes);
    if (read <= 0) {
      return read == 0 ? 0 : home.fifoError(this, read);
    }
    announceConsumed(fifo);
    return read;
  }

  @Override
  public int read(byte[] target, int offset, int lengthBytes) {
    assert home.isCurrent() : home.notCurrent(handle);
    FifoConsumer fifo = rx;
    if (fifo == null) {
      return home.refused(withoutFifos());
    }
    int read = has(SessionFlags.DATAGRAM)
        ? home.datagrams().read(this, fifo, target, offset, lengthBytes)
        : fifo.dequeue(target, offset, lengthBytes);
    if (read <= 0) {
      return read == 0 ? 0 : home.fifoError(this, read);
    }
    announceConsumed(fifo);
    return read;
  }

  @Override
  public int readDatagram(MemorySegment target, long offset, int lengthBytes, DatagramAddress from) {
    assert home.isCurrent() : home.notCurrent(handle);
    return AddressedCalls.read(this, target, offset, lengthBytes, from);
  }

  @Override
  public int writeDatagram(MemorySegment source, long offset, int lengthBytes, DatagramAddress to) {
    assert home.isCurrent() : home.notCurrent(handle);
    return AddressedCalls.write(this, source, offset, lengthBytes, to);
  }

  @Override
  public int transferTo(Session target, int maxBytes) {
    assert home.isCurrent() : home.notCurrent(handle);
    StackSession to = (StackSession) target;
    FifoConsumer from = rx;
    if (from == null) {
      return home.refused(withoutFifos());
    }
    FifoProducer into = to.tx;
    if (into == null || (to.flags & NOT_WRITABLE) != 0) {
      return to.writeRefused();
    }
    if (to.has(SessionFlags.SHARED) && !has(SessionFlags.DATAGRAM)) {
      return home.refused(SessionError.INVALID_RMT_IP);
    }
    to.stopResting();
    int moved = ((flags | to.flags) & SessionFlags.DATAGRAM) != 0
        ? home.datagrams().transfer(this, from, to, into, maxBytes)
        : from.transferTo(into, maxBytes);
    if (moved < 0) {
      return home.fifoError(this, moved);
    }
    if (moved > 0) {
      to.announceWritten(into);
      announceConsumed(from);
    }
    if (moved < maxBytes && from.readableBytes() > 0) {
      to.wantWritable(WritableWish.NOT_FULL, 0);
    }
    return moved;
  }

  @Override
  public int readable() {
    FifoConsumer fifo = rx;
    if (fifo == null) {
      return withoutFifos().code();
    }
    return has(SessionFlags.DATAGRAM) ? home.datagrams().readable(this, fifo) : fifo.readableBytes();
  }

  @Override
  public int writable() {
    FifoProducer fifo = tx;
    if (fifo == null || (flags & NOT_WRITABLE) != 0) {
      return writeError().code();
    }
    int room = fifo.writableBytes();
    return has(SessionFlags.DATAGRAM) ? Math.max(0, room - DatagramRecord.HEADER_BYTES) : room;
  }

  @Override
  public void wantWritable(WritableWish wish, int thresholdBytes) {
    assert home.isCurrent() : home.notCurrent(handle);
    FifoProducer fifo = tx;
    // Where nothing can be written any more there is nothing to wait for, and no event may come behind the end.
    if (fifo == null || isWriteRefused() || state.compareTo(SessionState.TRANSPORT_CLOSED) >= 0) {
      return;
    }
    boolean fulfilled = has(SessionFlags.DATAGRAM)
        ? FifoWishes.wantForDatagram(fifo, wish, wish == WritableWish.NOT_FULL ? datagramRefused : thresholdBytes)
        : FifoWishes.want(fifo, wish, thresholdBytes);
    if (fulfilled) {
      home.postWritable(this);
    }
  }

  @Override
  public FifoConsumer rx() {
    FifoConsumer fifo = rx;
    if (fifo == null) {
      throw new IllegalStateException("session " + Handle.text(handle) + " is gone or has no FIFOs");
    }
    return fifo;
  }

  @Override
  public FifoProducer tx() {
    FifoProducer fifo = tx;
    if (fifo == null) {
      throw new IllegalStateException("session " + Handle.text(handle) + " is gone or has no FIFOs");
    }
    stopResting();
    return fifo;
  }

  @Override
  public void written() {
    assert home.isCurrent() : home.notCurrent(handle);
    FifoProducer fifo = tx;
    if (fifo != null && (flags & NOT_WRITABLE) == 0) {
      stopResting();
      announceWritten(fifo);
    }
  }

  @Override
  public void consumed() {
    assert home.isCurrent() : home.notCurrent(handle);
    FifoConsumer fifo = rx;
    if (fifo != null) {
      announceConsumed(fifo);
    }
  }

  @Override
  public void flush() {
    assert home.isCurrent() : home.notCurrent(handle);
    if (tx != null) {
      home.flush(this);
    }
  }

  @Override
  public SessionStream stream() {
    assert home.isCurrent() : home.notCurrent(handle);
    FifoConsumer reader = rx;
    FifoProducer writer = tx;
    if (reader == null || writer == null || has(SessionFlags.APP_CLOSED | SessionFlags.DATAGRAM)) {
      throw new IllegalStateException("session " + Handle.text(handle) + " in " + state + " cannot become a stream: "
          + (has(SessionFlags.DATAGRAM) ? "it carries datagrams" : "it is one, or closed, or gone"));
    }
    StreamBinding binding = new StreamBinding(this, reader, writer, home.streams());
    streamBinding = binding;
    rx = null;
    tx = null;
    home.sweeper().watch(this);
    StackSession other = peer;
    if (other != null && other.streamBinding != null) {
      binding.stream().join(other.streamBinding.stream());
    }
    return binding.stream();
  }

  /** The application's threads see no more of the session than that it is closed. */
  void shutStream() {
    if (streamBinding != null) {
      streamBinding.stream().shut();
    }
  }

  /** Bytes were put into the tx FIFO: a local peer reads them, a transport sends them. */
  private void announceWritten(FifoProducer fifo) {
    if (!has(SessionFlags.LOCAL)) {
      home.tx().schedule(this);
      return;
    }
    StackSession reader = peer;
    // Callbacks of both ends run on this worker, and a stream clears the flag heavily.
    if (reader != null && fifo.setEventLightly() && reader.lane != null) {
      reader.lane.post(reader, SessionEvent.READABLE);
    }
  }

  /** Bytes were taken out of the rx FIFO: whoever waits for room there is told. */
  void announceConsumed(FifoConsumer fifo) {
    if (!fifo.takeDequeueNotificationLightly()) {
      return;
    }
    StackSession writer = peer;
    if (writer != null) {
      home.postWritable(writer);
    } else if (has(SessionFlags.RX_SPACE_WANTED)) {
      clear(SessionFlags.RX_SPACE_WANTED);
      home.applicationRead(this);
    }
  }

  /** Whether a thread of an application writes into the rx FIFO, and not this worker. */
  boolean isFedByThread() {
    StackSession writer = peer;
    return writer != null && writer.streamBinding != null;
  }

  boolean isWriteRefused() {
    return (flags & NOT_WRITABLE) != 0;
  }

  /** One of its FIFOs is about to be written to, or has just been: from now on it is to be swept again. */
  void stopResting() {
    if (has(SessionFlags.SWEPT)) {
      home.sweeper().watch(this);
    }
  }

  /** The producer of the rx FIFO, for a write; null when that is not the stack's. */
  @Nullable FifoProducer rxInForWrite() {
    stopResting();
    return rxIn;
  }

  private int writeOtherwise(@Nullable FifoProducer fifo, MemorySegment source, long offset, int lengthBytes) {
    if (fifo == null || (flags & NOT_WRITABLE) != 0) {
      return writeRefused();
    }
    stopResting();
    if (!has(SessionFlags.DATAGRAM)) {
      return write(source, offset, lengthBytes);
    }
    return writtenDatagram(fifo, home.datagrams().write(this, fifo, source, offset, lengthBytes));
  }

  private int writeOtherwise(@Nullable FifoProducer fifo, byte[] source, int offset, int lengthBytes) {
    if (fifo == null || (flags & NOT_WRITABLE) != 0) {
      return writeRefused();
    }
    stopResting();
    if (!has(SessionFlags.DATAGRAM)) {
      return write(source, offset, lengthBytes);
    }
    return writtenDatagram(fifo, home.datagrams().write(this, fifo, source, offset, lengthBytes));
  }

  int writtenDatagram(FifoProducer fifo, int written) {
    if (written > 0) {
      announceWritten(fifo);
    }
    return written;
  }

  int writeRefused() {
    return home.refused(writeError());
  }

  private SessionError writeError() {
    return tx == null ? withoutFifos() : SessionError.CLOSED;
  }

  SessionError withoutFifos() {
    return streamBinding == null && !has(SessionFlags.MIGRATING) ? SessionError.NOSESSION : SessionError.CONFLICT;
  }

  // ---- Ends.

  @Override
  public SessionError shutdown() {
    assert home.isCurrent() : home.notCurrent(handle);
    return handle < 0 ? SessionError.NOSESSION : home.lifecycle().shutdown(this);
  }

  @Override
  public SessionError close() {
    assert home.isCurrent() : home.notCurrent(handle);
    return handle < 0 ? SessionError.NOSESSION : home.lifecycle().close(this);
  }

  @Override
  public SessionError reset() {
    assert home.isCurrent() : home.notCurrent(handle);
    return handle < 0 ? SessionError.NOSESSION : home.lifecycle().reset(this);
  }

  // ---- Properties.

  @Override
  public long handle() {
    return handle;
  }

  @Override
  public SessionState state() {
    return state;
  }

  @Override
  public long opaque() {
    return opaque;
  }

  @Override
  public void opaque(long value) {
    opaque = value;
  }

  @Override
  public @Nullable Object attachment() {
    return attachment;
  }

  @Override
  public void attachment(@Nullable Object object) {
    attachment = object;
  }

  @Override
  public int readiness() {
    return handle < 0 ? Readiness.CLOSED : SessionReadiness.of(this);
  }

  @Override
  public Endpoint localEndpoint() {
    TransportConnection c = connection;
    return c == null ? Endpoint.ANY_IP4 : c.localEndpoint();
  }

  @Override
  public Endpoint remoteEndpoint() {
    TransportConnection c = connection;
    return c == null ? Endpoint.ANY_IP4 : c.remoteEndpoint();
  }

  @Override
  public String transport() {
    TransportEntry t = transport;
    return t == null ? "" : t.name();
  }

  @Override
  public long listener() {
    return listener;
  }

  @Override
  public long parent() {
    assert home.isCurrent() : home.notCurrent(handle);
    return home.parents().parentOf(this);
  }

  @Override
  public long eventQueue() {
    EventLane l = lane;
    return l == null ? Handle.INVALID : l.handle();
  }

  @Override
  public long peerEventQueue() {
    return peerQueue;
  }

  @Override
  public <T> @Nullable T attribute(TransportAttribute<T> attribute) {
    assert home.isCurrent() : home.notCurrent(handle);
    return home.attributes().read(this, attribute);
  }

  @Override
  public <T> SessionError attribute(TransportAttribute<T> attribute, T value) {
    assert home.isCurrent() : home.notCurrent(handle);
    return home.attributes().write(this, attribute, value);
  }
}
