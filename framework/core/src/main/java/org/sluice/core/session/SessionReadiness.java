package org.sluice.core.session;

import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
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
    FifoConsumer rx = session.rx;
    boolean ended = state.compareTo(SessionState.OPENED) > 0;
    if (ended || rx != null && rx.readableBytes() > 0) {
      bits |= Readiness.READABLE;
    }
    FifoProducer tx = session.tx;
    if (tx != null && session.writable() > 0) {
      bits |= Readiness.WRITABLE;
    }
    if (state == SessionState.TRANSPORT_DELETED || session.has(SessionFlags.APP_CLOSED | SessionFlags.PEER_RESET)) {
      bits |= Readiness.CLOSED;
    }
    return bits;
  }
}
