package org.sluice.core.session;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.FifoProducer;

/** Writes that are no plain ones: refused, into a FIFO at rest, or of a datagram. Worker of the session. */
final class WriteSlowPath {
  private WriteSlowPath() {}

  static int write(
      StackSession session, @Nullable FifoProducer fifo, MemorySegment source, long offset, int lengthBytes) {
    if (fifo == null || session.isWriteRefused()) {
      return refused(session);
    }
    session.stopResting();
    if (!session.has(SessionFlags.DATAGRAM)) {
      return session.write(source, offset, lengthBytes);
    }
    return written(session, fifo, session.home.datagrams().write(session, fifo, source, offset, lengthBytes));
  }

  static int write(
      StackSession session, @Nullable FifoProducer fifo, byte[] source, int offset, int lengthBytes) {
    if (fifo == null || session.isWriteRefused()) {
      return refused(session);
    }
    session.stopResting();
    if (!session.has(SessionFlags.DATAGRAM)) {
      return session.write(source, offset, lengthBytes);
    }
    return written(session, fifo, session.home.datagrams().write(session, fifo, source, offset, lengthBytes));
  }

  /** The end of a write of a datagram. */
  static int written(StackSession session, FifoProducer fifo, int written) {
    if (written > 0) {
      FifoNotices.written(session, fifo);
    }
    return written;
  }

  /** Counts the refusal of a write, and returns its code. */
  static int refused(StackSession session) {
    return session.home.refused(error(session));
  }

  /** Why nothing can be written. */
  static SessionError error(StackSession session) {
    return session.tx == null ? session.withoutFifos() : SessionError.CLOSED;
  }
}
