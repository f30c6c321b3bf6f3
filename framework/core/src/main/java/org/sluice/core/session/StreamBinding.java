package org.sluice.core.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.sluice.core.segment.FifoLease;
import org.sluice.core.stream.FifoStream;
import org.sluice.core.stream.StreamSession;
import org.sluice.core.stream.StreamSettings;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.session.Readiness;

/**
 * Ties a stream to its session: what the application's threads ask comes to the worker by one control slot, which
 * cannot be refused. It outlives the session until both sides have left the FIFOs.
 */
final class StreamBinding implements StreamSession {
  private static final VarHandle REQUESTS = requests();

  private final StackSession session;
  private final long handle;
  private final ControlSlot slot;
  private final FifoStream stream;
  @SuppressWarnings("UnusedVariable") // accessed through REQUESTS
  private int requests;
  private @Nullable FifoLease lease;

  StreamBinding(StackSession session, FifoConsumer rx, FifoProducer tx, StreamSettings settings) {
    this.session = session;
    handle = session.handle;
    slot = session.home.worker().newControlSlot(this::serve);
    stream = new FifoStream(handle, this, rx, tx, settings);
  }

  FifoStream stream() {
    return stream;
  }

  /** The session goes; the lease ends when both sides have left. */
  void revoke(@Nullable FifoLease sessionLease) {
    lease = sessionLease;
    stream.revoke();
  }

  @Override
  public void post(int request) {
    REQUESTS.getAndBitwiseOr(this, request);
    slot.post();
  }

  @Override
  public int readiness() {
    return session.handle == handle ? session.readiness() : Readiness.CLOSED;
  }

  private void serve() {
    int asked = (int) REQUESTS.getAndSet(this, 0);
    FifoLease ended = lease;
    if ((asked & LEFT) != 0 && ended != null) {
      lease = null;
      ended.release();
    }
    if (session.streamBinding != this) {
      return;
    }
    SessionWorker home = session.home;
    if ((asked & WRITTEN) != 0) {
      home.streamWritten(session);
    }
    if ((asked & CONSUMED) != 0) {
      home.streamConsumed(session);
    }
    if ((asked & FLUSH) != 0) {
      home.flush(session);
    }
    end(asked);
  }

  private void end(int asked) {
    SessionLifecycle lifecycle = session.home.lifecycle();
    if ((asked & CORRUPT) != 0) {
      session.home.corrupt(session);
    }
    if ((asked & SHUTDOWN) != 0) {
      lifecycle.shutdown(session);
    }
    if ((asked & CLOSE) != 0) {
      lifecycle.close(session);
    }
    if ((asked & RESET) != 0 && session.streamBinding == this) {
      lifecycle.reset(session);
    }
  }

  private static VarHandle requests() {
    try {
      return MethodHandles.lookup().findVarHandle(StreamBinding.class, "requests", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
