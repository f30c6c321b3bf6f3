package org.sluice.core.session;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
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
 * A session as its application calls it. Only the worker that it belongs to touches it. What changes the state is in
 * {@link SessionLifecycle}.
 */
final class StackSession extends SessionControlBlock implements Session {
  /** Flags with which a write takes the slow path. */
  private static final int NOT_PLAIN_WRITE = NOT_WRITABLE | SessionFlags.DATAGRAM | SessionFlags.SWEPT;

  StackSession(SessionWorker home, int slot) {
    super(home, slot);
  }

  // ---- Data.

  @Override
  public int write(MemorySegment source, long offset, int lengthBytes) {
    assert home.isCurrent() : home.notCurrent(handle);
    FifoProducer fifo = tx;
    if (fifo == null || (flags & NOT_PLAIN_WRITE) != 0) {
      return WriteSlowPath.write(this, fifo, source, offset, lengthBytes);
    }
    int written = fifo.enqueue(source, offset, lengthBytes);
    if (written <= 0) {
      return written == 0 ? 0 : home.fifoError(this, written);
    }
    FifoNotices.written(this, fifo);
    return written;
  }

  @Override
  public int write(byte[] source, int offset, int lengthBytes) {
    assert home.isCurrent() : home.notCurrent(handle);
    FifoProducer fifo = tx;
    if (fifo == null || (flags & NOT_PLAIN_WRITE) != 0) {
      return WriteSlowPath.write(this, fifo, source, offset, lengthBytes);
    }
    int written = fifo.enqueue(source, offset, lengthBytes);
    if (written <= 0) {
      return written == 0 ? 0 : home.fifoError(this, written);
    }
    FifoNotices.written(this, fifo);
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
    FifoNotices.consumed(this, fifo);
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
    FifoNotices.consumed(this, fifo);
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
      return WriteSlowPath.refused(to);
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
      FifoNotices.written(to, into);
      FifoNotices.consumed(this, from);
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
      return WriteSlowPath.error(this).code();
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
      home.memoryWaits().tellOrWait(this, fifo, FifoWishes.bytesWanted(this, wish, thresholdBytes));
    } else {
      leave(SessionLinks.MEMORY);
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
      FifoNotices.written(this, fifo);
    }
  }

  @Override
  public void consumed() {
    assert home.isCurrent() : home.notCurrent(handle);
    FifoConsumer fifo = rx;
    if (fifo != null) {
      FifoNotices.consumed(this, fifo);
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
    return StreamBinding.open(this);
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
