package org.sluice.core.session;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.session.DatagramAddress;
import org.sluice.spi.transport.TransportConnection;

/**
 * How applications write and read sessions whose FIFOs hold datagrams: a write is one datagram to the peer, a read
 * never crosses the end of one. What a short read leaves of a datagram is given by the next reads. One per worker.
 */
final class Datagrams {
  private final SessionWorker home;
  private final DatagramRecord record = new DatagramRecord();
  private final byte[] scratch = new byte[DatagramRecord.MAX_PAYLOAD_BYTES];
  private final MemorySegment scratchSegment = MemorySegment.ofArray(scratch);
  private final DatagramAddress address = new DatagramAddress();

  Datagrams(SessionWorker home) {
    this.home = home;
  }

  int write(StackSession session, FifoProducer fifo, MemorySegment source, long offset, int lengthBytes) {
    if (session.has(SessionFlags.SHARED)) {
      return home.refused(SessionError.INVALID_RMT_IP);
    }
    if (lengthBytes <= 0 || session.connection == null) {
      return 0;
    }
    if (lengthBytes > Math.min(DatagramRecord.MAX_PAYLOAD_BYTES, fifo.capacityBytes() - DatagramRecord.HEADER_BYTES)) {
      return home.refused(SessionError.INVALID);
    }
    int written = record.enqueue(fifo, session.connection, source, offset, lengthBytes);
    if (written == 0 || written == Fifo.NO_SPACE) {
      session.datagramRefused = lengthBytes;
    }
    return written < 0 ? home.fifoError(session, written) : written;
  }

  int write(StackSession session, FifoProducer fifo, byte[] source, int offset, int lengthBytes) {
    if (lengthBytes > scratch.length) {
      return home.refused(SessionError.INVALID);
    }
    System.arraycopy(source, offset, scratch, 0, lengthBytes);
    return write(session, fifo, scratchSegment, 0, lengthBytes);
  }

  /** Takes a datagram from the network, whole or not at all. */
  int receive(StackSession session, FifoProducer fifo, MemorySegment source, long offset, int lengthBytes) {
    if (lengthBytes <= 0 || lengthBytes > DatagramRecord.MAX_PAYLOAD_BYTES) {
      home.counters().datagramsSkipped.increment(home.index());
      return 0;
    }
    return received(session, record.enqueue(fifo, session.connected(), source, offset, lengthBytes));
  }

  /** The same for a session of a listener. */
  int receive(
      StackSession session,
      FifoProducer fifo,
      DatagramAddress address,
      MemorySegment source,
      long offset,
      int lengthBytes) {
    if (lengthBytes <= 0 || lengthBytes > DatagramRecord.MAX_PAYLOAD_BYTES) {
      home.counters().datagramsSkipped.increment(home.index());
      return 0;
    }
    return received(session, record.enqueue(fifo, address, source, offset, lengthBytes));
  }

  private int received(StackSession session, int kept) {
    if (kept == 0) {
      home.counters().datagramsFull.increment(home.index());
    }
    return kept < 0 ? home.fifoError(session, kept) : kept;
  }

  int read(StackSession session, FifoConsumer fifo, MemorySegment target, long offset, int lengthBytes) {
    int waiting = begin(session, fifo);
    if (waiting <= 0) {
      return waiting;
    }
    return taken(session, fifo.dequeue(target, offset, Math.min(lengthBytes, waiting)));
  }

  int read(StackSession session, FifoConsumer fifo, byte[] target, int offset, int lengthBytes) {
    int waiting = begin(session, fifo);
    if (waiting <= 0) {
      return waiting;
    }
    return taken(session, fifo.dequeue(target, offset, Math.min(lengthBytes, waiting)));
  }

  /** What one read would yield: the rest of the first datagram. */
  int readable(StackSession session, FifoConsumer fifo) {
    if (session.datagramLeft > 0) {
      return session.datagramLeft;
    }
    return record.peek(fifo) == DatagramRecord.COMPLETE ? record.payloadBytes() : 0;
  }

  // ---- With addresses.

  int readDatagram(
      StackSession session,
      FifoConsumer fifo,
      MemorySegment target,
      long offset,
      int lengthBytes,
      DatagramAddress from) {
    skipRest(session, fifo);
    int waiting = lengthBytes <= 0 ? 0 : begin(session, fifo);
    if (waiting <= 0) {
      return waiting;
    }
    record.address(from);
    int read = fifo.dequeue(target, offset, Math.min(lengthBytes, waiting));
    if (read > 0) {
      session.datagramLeft -= read;
      skipRest(session, fifo);
    }
    return read;
  }

  int writeDatagram(
      StackSession session,
      FifoProducer fifo,
      MemorySegment source,
      long offset,
      int lengthBytes,
      DatagramAddress to) {
    TransportConnection connection = session.connection;
    if (lengthBytes <= 0 || connection == null) {
      return 0;
    }
    if (!mayWriteTo(session, connection, to)) {
      return home.refused(SessionError.INVALID_RMT_IP);
    }
    if (lengthBytes > mostPayload(fifo)) {
      return home.refused(SessionError.INVALID);
    }
    int written = session.has(SessionFlags.SHARED)
        ? record.enqueue(fifo, to, source, offset, lengthBytes)
        : record.enqueue(fifo, connection, source, offset, lengthBytes);
    if (written == 0 || written == Fifo.NO_SPACE) {
      session.datagramRefused = lengthBytes;
    }
    return written < 0 ? home.fifoError(session, written) : written;
  }

  private static boolean mayWriteTo(StackSession session, TransportConnection connection, DatagramAddress to) {
    if (!session.has(SessionFlags.SHARED)) {
      return to.remoteHigh() == connection.remoteHigh()
          && to.remoteLow() == connection.remoteLow()
          && to.remotePort() == connection.remotePort();
    }
    return to.remotePort() != 0
        && !IpAddress.isAny(to.remoteHigh(), to.remoteLow())
        && IpAddress.isIp4(to.remoteHigh(), to.remoteLow())
            == IpAddress.isIp4(connection.localHigh(), connection.localLow());
  }

  private static long mostPayload(FifoProducer fifo) {
    return Math.min(DatagramRecord.MAX_PAYLOAD_BYTES, fifo.capacityBytes() - DatagramRecord.HEADER_BYTES);
  }

  /** Drops what a short read has left of a datagram. */
  private static void skipRest(StackSession session, FifoConsumer fifo) {
    if (session.datagramLeft > 0) {
      fifo.drop(session.datagramLeft);
      session.datagramLeft = 0;
    }
  }

  /** Moves datagrams into the session of a listener, whole and with the addresses they came with. */
  private int answer(StackSession from, FifoConsumer fifo, StackSession to, FifoProducer into, int maxBytes) {
    skipRest(from, fifo);
    int moved = 0;
    while (moved < maxBytes) {
      int found = record.peek(fifo);
      if (found != DatagramRecord.COMPLETE) {
        return found == DatagramRecord.IMPOSSIBLE && moved == 0 ? Fifo.CORRUPT : moved;
      }
      int length = record.payloadBytes();
      if (length > 0 && length <= mostPayload(into) && into.writableBytes() < length + DatagramRecord.HEADER_BYTES) {
        to.datagramRefused = length;
        return moved;
      }
      record.address(address);
      fifo.drop(record.prefixBytes());
      if (length == 0 || length > mostPayload(into)) {
        fifo.drop(length);
        home.counters().datagramsSkipped.increment(home.index());
        continue;
      }
      int taken = fifo.dequeue(scratch, 0, length);
      if (taken <= 0 || record.enqueue(into, address, scratchSegment, 0, taken) <= 0) {
        return moved;
      }
      moved += taken;
    }
    return moved;
  }

  /** Moves payload to another session; into one of datagrams by whole ones, with its own addresses. */
  int transfer(StackSession from, FifoConsumer fifo, StackSession to, FifoProducer into, int maxBytes) {
    if (to.has(SessionFlags.SHARED)) {
      return answer(from, fifo, to, into, maxBytes);
    }
    int moved = 0;
    while (moved < maxBytes) {
      int waiting = from.has(SessionFlags.DATAGRAM)
          ? begin(from, fifo)
          : Math.min(fifo.readableBytes(), DatagramRecord.MAX_PAYLOAD_BYTES);
      if (waiting <= 0) {
        return moved == 0 && waiting < 0 ? waiting : moved;
      }
      boolean whole = to.has(SessionFlags.DATAGRAM);
      int room = into.writableBytes();
      if (whole && room < waiting + DatagramRecord.HEADER_BYTES) {
        to.datagramRefused = waiting;
        return moved;
      }
      int taken = taken(from, fifo.dequeue(scratch, 0, whole ? waiting : Math.min(waiting, room)));
      int written = taken <= 0 ? 0 : whole
          ? write(to, into, scratchSegment, 0, taken)
          : into.enqueue(scratch, 0, taken);
      if (written <= 0) {
        return moved;
      }
      moved += taken;
    }
    return moved;
  }

  /**
   * Steps over the header of the next datagram that is not empty; returns what is left of its payload, 0 for none, or a
   * negative status of the FIFO.
   */
  private int begin(StackSession session, FifoConsumer fifo) {
    while (session.datagramLeft == 0) {
      int found = record.peek(fifo);
      if (found == DatagramRecord.IMPOSSIBLE) {
        return Fifo.CORRUPT;
      }
      if (found == DatagramRecord.NONE) {
        return 0;
      }
      fifo.drop(record.prefixBytes());
      session.datagramLeft = record.payloadBytes();
    }
    return session.datagramLeft;
  }

  private static int taken(StackSession session, int bytes) {
    if (bytes > 0 && session.has(SessionFlags.DATAGRAM)) {
      session.datagramLeft -= bytes;
    }
    return bytes;
  }
}
