package org.sluice.core.session;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.session.DatagramAddress;

/** The calls of applications that name addresses, up to the FIFOs. Worker of the session. */
final class AddressedCalls {
  private AddressedCalls() {}

  static int read(StackSession session, MemorySegment target, long offset, int lengthBytes, DatagramAddress from) {
    FifoConsumer fifo = session.rx;
    if (fifo == null) {
      return session.home.refused(session.withoutFifos());
    }
    if (!session.has(SessionFlags.DATAGRAM)) {
      return session.home.refused(SessionError.NOSUPPORT);
    }
    int read = session.home.datagrams().readDatagram(session, fifo, target, offset, lengthBytes, from);
    if (read <= 0) {
      return read == 0 ? 0 : session.home.fifoError(session, read);
    }
    FifoNotices.consumed(session, fifo);
    return read;
  }

  static int write(StackSession session, MemorySegment source, long offset, int lengthBytes, DatagramAddress to) {
    FifoProducer fifo = session.tx;
    if (fifo == null || session.isWriteRefused()) {
      return WriteSlowPath.refused(session);
    }
    if (!session.has(SessionFlags.DATAGRAM)) {
      return session.home.refused(SessionError.NOSUPPORT);
    }
    session.stopResting();
    int written = session.home.datagrams().writeDatagram(session, fifo, source, offset, lengthBytes, to);
    return WriteSlowPath.written(session, fifo, written);
  }
}
