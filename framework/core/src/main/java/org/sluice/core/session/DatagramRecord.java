package org.sluice.core.session;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.session.DatagramAddress;
import org.sluice.spi.transport.TransportConnection;

/**
 * One datagram in a FIFO: a header with its addresses in front of its payload, enqueued whole or not at all.
 *
 * <pre>
 *   offset  bytes
 *        0      4  payload length
 *        4      4  bytes between header and payload, 0 today
 *        8      4  flags: bit 0 set for IPv4
 *       12      4  local port, remote port: 16 bits each
 *       16     16  local address
 *       32     16  remote address
 *       48      4  table
 *       52      4  interface
 * </pre>
 *
 * <p>An object of this class is the reusable reader and writer of one worker: it holds the header read last.
 */
final class DatagramRecord {
  /** The bytes of a header. */
  static final int HEADER_BYTES = 56;
  /** The longest payload: what an IP length field can say. */
  static final int MAX_PAYLOAD_BYTES = 0xffff;
  /** {@link #peek}: no complete datagram is there. */
  static final int NONE = 0;
  /** {@link #peek}: a datagram is there. */
  static final int COMPLETE = 1;
  /** {@link #peek}: what is there cannot be a datagram. */
  static final int IMPOSSIBLE = -1;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final int GAP = 4;
  private static final int FLAGS = 8;
  private static final int PORTS = 12;
  private static final int LOCAL = 16;
  private static final int REMOTE = 32;
  private static final int TABLE = 48;
  private static final int INTERFACE = 52;
  private static final int FLAG_IP4 = 1;

  private final MemorySegment header = MemorySegment.ofArray(new byte[HEADER_BYTES]);
  private final MemorySegment[] sources = {header, header};
  private final long[] offsets = new long[2];
  private final int[] lengths = {HEADER_BYTES, 0};

  /**
   * Puts a datagram into a FIFO.
   *
   * @param connection whose addresses go with it
   * @return {@code lengthBytes}, 0 when it does not fit now, or a negative status of the FIFO
   */
  int enqueue(FifoProducer fifo, TransportConnection connection, MemorySegment source, long offset, int lengthBytes) {
    header.set(INT, FLAGS, connection.isIp4() ? FLAG_IP4 : 0);
    header.set(INT, PORTS, connection.localPort() << 16 | connection.remotePort());
    header.set(LONG, LOCAL, connection.localHigh());
    header.set(LONG, LOCAL + Long.BYTES, connection.localLow());
    header.set(LONG, REMOTE, connection.remoteHigh());
    header.set(LONG, REMOTE + Long.BYTES, connection.remoteLow());
    header.set(INT, TABLE, connection.table());
    header.set(INT, INTERFACE, connection.interfaceIndex());
    return put(fifo, source, offset, lengthBytes);
  }

  /** The same with addresses that are no connection's. */
  int enqueue(FifoProducer fifo, DatagramAddress address, MemorySegment source, long offset, int lengthBytes) {
    boolean ip4 = IpAddress.isIp4(address.remoteHigh(), address.remoteLow());
    header.set(INT, FLAGS, ip4 ? FLAG_IP4 : 0);
    header.set(INT, PORTS, address.localPort() << 16 | address.remotePort());
    header.set(LONG, LOCAL, address.localHigh());
    header.set(LONG, LOCAL + Long.BYTES, address.localLow());
    header.set(LONG, REMOTE, address.remoteHigh());
    header.set(LONG, REMOTE + Long.BYTES, address.remoteLow());
    header.set(INT, TABLE, address.table());
    header.set(INT, INTERFACE, address.interfaceIndex());
    return put(fifo, source, offset, lengthBytes);
  }

  private int put(FifoProducer fifo, MemorySegment source, long offset, int lengthBytes) {
    header.set(INT, 0, lengthBytes);
    header.set(INT, GAP, 0);
    sources[1] = source;
    offsets[1] = offset;
    lengths[1] = lengthBytes;
    int grown = fifo.enqueueAll(sources, offsets, lengths, 2);
    sources[1] = header;
    return grown <= 0 ? grown : lengthBytes;
  }

  /**
   * Reads the header of the first datagram and leaves it where it is.
   *
   * @return {@link #NONE}, {@link #COMPLETE} or {@link #IMPOSSIBLE}
   */
  int peek(FifoConsumer fifo) {
    int readable = fifo.readableBytes();
    if (readable < HEADER_BYTES) {
      return readable < 0 ? IMPOSSIBLE : NONE;
    }
    if (fifo.peek(0, header, 0, HEADER_BYTES) != HEADER_BYTES) {
      return IMPOSSIBLE;
    }
    int length = header.get(INT, 0);
    int gap = header.get(INT, GAP);
    if (length < 0 || length > MAX_PAYLOAD_BYTES || gap < 0 || gap > MAX_PAYLOAD_BYTES) {
      return IMPOSSIBLE;
    }
    return readable >= HEADER_BYTES + gap + length ? COMPLETE : NONE;
  }

  /** The payload of the datagram that was peeked. */
  int payloadBytes() {
    return header.get(INT, 0);
  }

  /** Fills in the addresses of the datagram that was peeked. */
  void address(DatagramAddress out) {
    int ports = header.get(INT, PORTS);
    out.local(header.get(LONG, LOCAL), header.get(LONG, LOCAL + Long.BYTES), ports >>> 16);
    out.remote(header.get(LONG, REMOTE), header.get(LONG, REMOTE + Long.BYTES), ports & 0xffff);
    out.scope(header.get(INT, TABLE), header.get(INT, INTERFACE));
  }

  /** What stands before the payload of the datagram that was peeked. */
  int prefixBytes() {
    return HEADER_BYTES + header.get(INT, GAP);
  }
}
