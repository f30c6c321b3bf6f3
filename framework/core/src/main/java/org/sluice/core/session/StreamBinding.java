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
import org.sluice.spi.runtime.Handle;
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

  private StreamBinding(StackSession session, FifoConsumer rx, FifoProducer tx, StreamSettings settings) {
    this.session = session;
    handle = session.handle;
    slot = session.home.worker().newControlSlot(this::serve);
    stream = new FifoStream(handle, this, rx, tx, settings);
  }

  /** Takes the application's sides of a session's FIFOs into the hands of its threads. Worker of the session. */
  static FifoStream open(StackSession session) {
    FifoConsumer reader = session.rx;
    FifoProducer writer = session.tx;
    if (reader == null || writer == null || session.has(SessionFlags.APP_CLOSED | SessionFlags.DATAGRAM)) {
      throw new IllegalStateException("session " + Handle.text(session.handle) + " in " + session.state
          + " cannot become a stream: "
          + (session.has(SessionFlags.DATAGRAM) ? "it carries datagrams" : "it is one, or closed, or gone"));
    }
    StreamBinding binding = new StreamBinding(session, reader, writer, session.home.streams());
    session.streamBinding = binding;
    session.rx = null;
    session.tx = null;
    session.home.sweeper().watch(session);
    StackSession other = session.peer;
    if (other != null && other.streamBinding != null) {
      binding.stream.join(other.streamBinding.stream);
    }
    return binding.stream;
  }

  /** The application's threads, if they have the session, see no more of it than that it is closed. */
  static void shut(StackSession session) {
    StreamBinding binding = session.streamBinding;
    if (binding != null) {
      binding.stream.shut();
    }
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
    int bits = session.handle == handle ? session.readiness() : Readiness.CLOSED;
    VarHandle.acquireFence();
    // The slot may have become another session's meanwhile.
    return session.handle == handle ? bits : Readiness.CLOSED;
  }

  private void serve() {
    int asked = (int) REQUESTS.getAndSet(this, 0);
    FifoLease ended = lease;
    if ((asked & LEFT) != 0 && ended != null) {
      lease = null;
      ended.release();
    }
    // Each step may free the session, and its slot may serve another one from then on.
    for (int rest = asked & ~LEFT; rest != 0 && session.streamBinding == this; rest &= rest - 1) {
      serve(Integer.lowestOneBit(rest));
    }
  }

  private void serve(int request) {
    SessionWorker home = session.home;
    switch (request) {
      case WRITTEN -> FifoNotices.streamWritten(session);
      case CONSUMED -> FifoNotices.streamConsumed(session);
      case FLUSH -> home.flush(session);
      case SHUTDOWN -> home.lifecycle().shutdown(session);
      case CLOSE -> home.lifecycle().close(session);
      case RESET -> home.lifecycle().reset(session);
      case CORRUPT -> home.corrupt(session);
      default -> throw new IllegalArgumentException("request " + request);
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
