package org.sluice.core.session;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.transport.TransportConnection;

/** One datagram in a FIFO: its addresses in front of its payload. */
final class DatagramRecord {
  private DatagramRecord() {}

  static int enqueue(
      FifoProducer fifo, TransportConnection connection, MemorySegment source, long offset, int lengthBytes) {
    return fifo.enqueue(source, offset, lengthBytes);
  }
}
