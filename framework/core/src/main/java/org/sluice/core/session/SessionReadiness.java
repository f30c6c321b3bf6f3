package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.session.Readiness;
import org.sluice.spi.session.SessionState;

/** Level-triggered readiness of a session, read from its state and FIFOs. */
final class SessionReadiness {
  private SessionReadiness() {}

  static int of(StackSession session) {
    SessionState state = session.state;
    if (state.compareTo(SessionState.READY) < 0) {
      return 0;
    }
    int bits = Readiness.CONNECTED;
    if (state.compareTo(SessionState.OPENED) > 0 || waiting(session) > 0) {
      bits |= Readiness.READABLE;
    }
    if (!session.isWriteRefused() && writable(session) > 0) {
      bits |= Readiness.WRITABLE;
    }
    if (state == SessionState.TRANSPORT_DELETED || session.has(SessionFlags.APP_CLOSED | SessionFlags.PEER_RESET)) {
      bits |= Readiness.CLOSED;
    }
    return bits;
  }

  /** Bytes that wait for the application, whoever reads them; negative when that cannot be told any more. */
  static long waiting(StackSession session) {
    FifoConsumer rx = session.rx;
    if (rx != null && session.home.isCurrent()) {
      return rx.readableBytes();
    }
    return content(session.memory, session.rxOffset);
  }

  private static long writable(StackSession session) {
    if (session.tx != null && session.home.isCurrent()) {
      return session.writable();
    }
    Segment memory = session.memory;
    long offset = session.txOffset;
    long content = content(memory, offset);
    return memory == null || content < 0 ? 0 : capacity(memory, offset) - content;
  }

  /** What another context may look at: the shared header, never the sides, which belong to the worker. */
  static long content(@Nullable Segment memory, long offset) {
    try {
      return memory == null ? -1 : Fifo.readableBytes(memory, offset);
    } catch (IllegalArgumentException | IllegalStateException e) {
      // The FIFO or its segment went meanwhile.
      return -1;
    }
  }

  static long capacity(@Nullable Segment memory, long offset) {
    try {
      return memory == null ? 0 : Fifo.capacity(memory, offset);
    } catch (IllegalArgumentException | IllegalStateException e) {
      return 0;
    }
  }
}
