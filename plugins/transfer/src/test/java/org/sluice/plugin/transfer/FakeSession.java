package org.sluice.plugin.transfer;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.session.WritableWish;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.TransportAttribute;

/** One end of a session pair over real FIFOs; events go through the turns of {@link FakeHost}. */
final class FakeSession implements Session {
  private final FakeHost host;
  private final SessionCallbacks owner;
  private final long handle;
  private final long listener;
  private final FifoProducer tx;
  private final FifoConsumer rx;
  private @Nullable FakeSession peer;
  private @Nullable Object attachment;
  private boolean readablePosted;
  private boolean shutDown;
  private boolean closed;
  private boolean gone;
  private boolean peerEnded;

  FakeSession(FakeHost host, SessionCallbacks owner, long listener, FifoProducer tx, FifoConsumer rx) {
    this.host = host;
    this.owner = owner;
    this.handle = Handle.of(0, host.nextSlot(), 1);
    this.listener = listener;
    this.tx = tx;
    this.rx = rx;
  }

  void join(FakeSession other) {
    peer = other;
    other.peer = this;
  }

  boolean isClosed() {
    return closed;
  }

  private FakeSession peer() {
    return Objects.requireNonNull(peer);
  }

  private void post(Runnable event) {
    host.post(() -> {
      if (!gone) {
        event.run();
      }
    });
  }

  private void postReadable() {
    if (!readablePosted) {
      readablePosted = true;
      post(() -> {
        readablePosted = false;
        if (!closed) {
          owner.onReadable(this);
        }
      });
    }
  }

  private void postWritable() {
    post(() -> {
      if (!closed && !shutDown) {
        owner.onWritable(this);
      }
    });
  }

  /** The peer ended: in good order, or not. */
  private void postEnd(boolean reset) {
    if (!peerEnded) {
      peerEnded = true;
      post(() -> {
        if (closed) {
          return;
        }
        if (reset) {
          owner.onReset(this);
        } else {
          owner.onDisconnected(this);
        }
      });
    }
  }

  private void end(boolean reset) {
    if (closed) {
      return;
    }
    closed = true;
    peer().postEnd(reset || rx.readableBytes() > 0);
    rx.leave();
    tx.leave();
    post(() -> {
      owner.onCleanup(this, CleanupPhase.TRANSPORT);
      owner.onCleanup(this, CleanupPhase.SESSION);
      gone = true;
    });
  }

  /** The host takes the application away: no callbacks. */
  void detach() {
    if (!closed) {
      end(false);
    }
    gone = true;
  }

  @Override
  public long handle() {
    return handle;
  }

  @Override
  public SessionState state() {
    return closed ? SessionState.CLOSED : SessionState.READY;
  }

  @Override
  public long opaque() {
    return 0;
  }

  @Override
  public void opaque(long value) {}

  @Override
  public @Nullable Object attachment() {
    return attachment;
  }

  @Override
  public void attachment(@Nullable Object object) {
    attachment = object;
  }

  private int refused() {
    return gone || closed ? SessionError.NOSESSION.code() : shutDown ? SessionError.CLOSED.code() : 0;
  }

  @Override
  public int write(MemorySegment source, long offset, int lengthBytes) {
    int count = refused() < 0 ? refused() : tx.enqueue(source, offset, lengthBytes);
    written();
    return count;
  }

  @Override
  public int write(byte[] source, int offset, int lengthBytes) {
    return write(MemorySegment.ofArray(source), offset, lengthBytes);
  }

  @Override
  public int read(MemorySegment target, long offset, int lengthBytes) {
    if (closed) {
      return SessionError.NOSESSION.code();
    }
    int count = rx.dequeue(target, offset, lengthBytes);
    consumed();
    return count;
  }

  @Override
  public int read(byte[] target, int offset, int lengthBytes) {
    return read(MemorySegment.ofArray(target), offset, lengthBytes);
  }

  @Override
  public int transferTo(Session target, int maxBytes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int readable() {
    return closed ? SessionError.NOSESSION.code() : rx.readableBytes();
  }

  @Override
  public int writable() {
    return refused() < 0 ? refused() : tx.writableBytes();
  }

  @Override
  public void wantWritable(WritableWish wish, int thresholdBytes) {
    int kind = switch (wish) {
      case NOT_FULL -> Fifo.NOTIFY_ROOM;
      case THRESHOLD -> Fifo.NOTIFY_ROOM;
      case EMPTY -> Fifo.NOTIFY_IF_EMPTY;
    };
    if (refused() == 0 && !tx.wantDequeueNotification(kind, wish == WritableWish.THRESHOLD ? thresholdBytes : 1)) {
      postWritable();
    }
  }

  @Override
  public FifoConsumer rx() {
    return rx;
  }

  @Override
  public FifoProducer tx() {
    return tx;
  }

  @Override
  public void written() {
    peer().postReadable();
  }

  @Override
  public void consumed() {
    if (rx.takeDequeueNotification()) {
      peer().postWritable();
    }
  }

  @Override
  public void flush() {}

  @Override
  public int readiness() {
    return 0;
  }

  @Override
  public SessionError shutdown() {
    shutDown = true;
    peer().postEnd(false);
    return SessionError.NONE;
  }

  @Override
  public SessionError close() {
    end(false);
    return SessionError.NONE;
  }

  @Override
  public SessionError reset() {
    end(true);
    return SessionError.NONE;
  }

  @Override
  public Endpoint localEndpoint() {
    return Endpoint.ANY_IP4;
  }

  @Override
  public Endpoint remoteEndpoint() {
    return Endpoint.of("127.0.0.1", 9);
  }

  @Override
  public String transport() {
    return "ct";
  }

  @Override
  public long listener() {
    return listener;
  }

  @Override
  public long eventQueue() {
    return Handle.INVALID;
  }

  @Override
  public long peerEventQueue() {
    return Handle.INVALID;
  }

  @Override
  public <T> @Nullable T attribute(TransportAttribute<T> attribute) {
    return null;
  }

  @Override
  public <T> SessionError attribute(TransportAttribute<T> attribute, T value) {
    return SessionError.NOSUPPORT;
  }
}
