package org.sluice.core.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.AsymmetricFence;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.session.SessionStream;
import org.sluice.spi.session.StreamReader;
import org.sluice.spi.session.StreamWriter;

/**
 * A stream over the application's sides of a session's FIFOs. Between two streams nothing else takes part: each wakes
 * the other's threads. Where the other end is callbacks or a transport, the session's worker is told instead.
 *
 * <p>Made for one session and not reused, so that a reference which an application keeps never means another session.
 */
public final class FifoStream implements SessionStream {
  private static final int OPEN = 0;
  /** The worker holds a side for a moment: calls wait for it. */
  private static final int PAUSED = 1;
  /** The application has closed: calls are refused, the FIFOs are still the stream's. */
  private static final int SHUT = 2;
  /** The session is gone: each side leaves its FIFO as soon as no call is inside. */
  private static final int REVOKED = 3;

  private static final VarHandle STATUS = field("status");
  private static final VarHandle READ_END = field("readEnd");
  private static final VarHandle WRITE_END = field("writeEnd");
  private static final VarHandle SIDES = field("sides");

  private final long handle;
  private final StreamSession session;
  private final Clock clock;
  private final StreamInput input;
  private final StreamOutput output;
  private volatile @Nullable FifoStream peer;
  private volatile int status;
  private volatile int readEnd;
  private volatile int writeEnd;
  @SuppressWarnings("UnusedVariable") // accessed through SIDES
  private int sides = 2;

  /**
   * Takes over both sides. Worker of the session.
   *
   * @param handle the session's
   * @param session asked for what only the worker can do
   * @param rx the application's side of the rx FIFO
   * @param tx the application's side of the tx FIFO
   * @param settings clock and spin
   */
  public FifoStream(
      long handle, StreamSession session, FifoConsumer rx, FifoProducer tx, StreamSettings settings) {
    this.handle = handle;
    this.session = session;
    clock = settings.clock();
    input = new StreamInput(this, rx, settings.spinNs());
    output = new StreamOutput(this, tx, settings.spinNs());
  }

  // ---- What the application asks.

  @Override
  public long handle() {
    return handle;
  }

  @Override
  public StreamReader reader() {
    return input;
  }

  @Override
  public StreamWriter writer() {
    return output;
  }

  @Override
  public void spinNs(long longestNs) {
    input.spinNs(longestNs);
    output.spinNs(longestNs);
  }

  @Override
  public int readiness() {
    return session.readiness();
  }

  @Override
  public void close() {
    if (!isEnded()) {
      session.post(StreamSession.CLOSE);
      shut();
    }
  }

  @Override
  public void reset() {
    if (status != REVOKED) {
      session.post(StreamSession.RESET);
      shut();
    }
  }

  /** The writer writes no more; called inside a call of its own, so that none is under way. */
  SessionError shutdown() {
    if (isEnded()) {
      return SessionError.NOSESSION;
    }
    WRITE_END.compareAndSet(this, 0, SessionError.CLOSED.code());
    session.post(StreamSession.SHUTDOWN);
    return SessionError.NONE;
  }

  // ---- What the session layer tells. Worker of the session.

  /**
   * Joins the streams of both ends of a local session.
   *
   * @param other the peer's
   */
  public void join(FifoStream other) {
    peer = other;
    other.peer = this;
  }

  /** Shared memory holds impossible values: neither side goes on. */
  void corrupt() {
    READ_END.compareAndSet(this, 0, SessionError.CORRUPT.code());
    WRITE_END.compareAndSet(this, 0, SessionError.CORRUPT.code());
    session.post(StreamSession.CORRUPT);
  }

  /** Data waits. */
  public void readable() {
    input.wake();
  }

  /** There is room. */
  public void writable() {
    output.wake();
  }

  /** The peer writes no more. */
  public void endOfRead() {
    READ_END.compareAndSet(this, 0, SessionError.END_OF_STREAM.code());
    input.wake();
  }

  /** Nobody takes any more what is written. */
  public void endOfWrite() {
    WRITE_END.compareAndSet(this, 0, SessionError.CLOSED.code());
    output.wake();
  }

  /** The peer or the transport aborted. */
  public void aborted() {
    READ_END.compareAndSet(this, 0, SessionError.RESET.code());
    WRITE_END.compareAndSet(this, 0, SessionError.RESET.code());
    input.wake();
    output.wake();
  }

  /** The application has closed, or was detached: calls are refused from now on. Any context. */
  public void shut() {
    if (!STATUS.compareAndSet(this, OPEN, SHUT)) {
      STATUS.compareAndSet(this, PAUSED, SHUT);
    }
    input.wake();
    output.wake();
  }

  /** The session is about to be freed: the sides leave their FIFOs now, or with the call that is inside. */
  public void revoke() {
    status = REVOKED;
    AsymmetricFence.heavy();
    input.revoke();
    output.revoke();
    input.wake();
    output.wake();
  }

  /**
   * Gives back the buffer memory of the tx FIFO if nothing was written since the last call and all of it was read. Does
   * nothing while a call of the writer is under way or its view is open.
   *
   * @return bytes given back
   */
  public long sweep() {
    if (!STATUS.compareAndSet(this, OPEN, PAUSED)) {
      return 0;
    }
    try {
      AsymmetricFence.heavy();
      return output.sweepIfIdle();
    } finally {
      STATUS.compareAndSet(this, PAUSED, OPEN);
    }
  }

  // ---- What the sides ask.

  StreamSession session() {
    return session;
  }

  /** The other end is a stream too, which pays for the fences: it waits seldom, and calls are frequent. */
  boolean isJoined() {
    return peer != null;
  }

  boolean isOpen() {
    return status == OPEN;
  }

  boolean isPaused() {
    return status == PAUSED;
  }

  /** Closed, or gone. */
  boolean isEnded() {
    return status >= SHUT;
  }

  boolean isRevoked() {
    return status == REVOKED;
  }

  int readEnd() {
    return readEnd;
  }

  int writeEnd() {
    return writeEnd;
  }

  int writeRefusal() {
    return isEnded() ? SessionError.NOSESSION.code() : writeEnd;
  }

  long nanoTime() {
    return clock.nanoTime();
  }

  void written() {
    FifoStream other = peer;
    if (other != null) {
      other.input.wake();
    } else {
      session.post(StreamSession.WRITTEN);
    }
  }

  void consumed() {
    FifoStream other = peer;
    if (other != null) {
      other.output.wake();
    } else {
      session.post(StreamSession.CONSUMED);
    }
  }

  void sideLeft() {
    if ((int) SIDES.getAndAdd(this, -1) == 1) {
      session.post(StreamSession.LEFT);
    }
  }

  private static VarHandle field(String name) {
    try {
      return MethodHandles.lookup().findVarHandle(FifoStream.class, name, int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
