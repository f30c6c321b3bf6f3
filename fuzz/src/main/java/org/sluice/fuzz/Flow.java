package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.TcpOptions;
import org.sluice.spi.network.IpAddress;

/** A connection of the stack as its peer sees it; follows what the stack sends. */
final class Flow {
  /** Where peers begin. Their numbers wrap after some bytes. */
  static final int PEER_ISS = -500;
  /** Timestamp of all that peers send. */
  static final int PEER_TIME = 1000;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int TIMESTAMP_ECHO = 6;
  private static final int FIRST_BLOCK = 2;

  final IpAddress peer;
  final IpAddress host;
  final int peerPort;
  int hostPort;
  /** Whether the stack has sent anything. */
  boolean begun;
  /** The stack's initial sequence number, and its first timestamp. */
  int iss;
  int firstTime;
  /** The end of what the stack has sent. */
  int end;

  Flow(IpAddress peer, int peerPort, IpAddress host, int hostPort) {
    this.peer = peer;
    this.peerPort = peerPort;
    this.host = host;
    this.hostPort = hostPort;
  }

  /** A segment of the peer's. */
  byte[] segment(int seq, int flags, byte[] options, byte[] payload) {
    return Packets.frame(Packets.tcp(peer, peerPort, host, hostPort, seq, end, flags, options, payload));
  }

  static byte[] timestamps() {
    return Packets.bytes(1, 1, TcpOptions.TIMESTAMPS, TcpOptions.TIMESTAMPS_LENGTH, 0, 0, PEER_TIME >>> 8, PEER_TIME,
        0, 0, 0, 0);
  }

  /** Follows a segment of the stack's. */
  void sent(MemorySegment m, int tcp, int length) {
    int header = TcpHeader.headerLength(m, tcp);
    int flags = TcpHeader.flags(m, tcp);
    int seq = TcpHeader.sequence(m, tcp);
    if ((flags & TcpHeader.SYN) != 0) {
      begun = true;
      iss = seq;
      end = seq + 1;
      for (int at = TcpOptions.first(m, tcp, header); at > 0; at = TcpOptions.next(m, tcp, header, at)) {
        if (TcpOptions.kind(m, tcp + at) == TcpOptions.TIMESTAMPS) {
          firstTime = TcpOptions.timestampValue(m, tcp + at);
        }
      }
      return;
    }
    int upTo = seq + length - header + ((flags & TcpHeader.FIN) != 0 ? 1 : 0);
    if (begun && upTo - end > 0) {
      end = upTo;
    }
  }

  /**
   * Makes a segment whose numbers count from the stack's beginning one of this connection. What the stack draws at
   * random is nothing that an input could know, or that a stored one should depend on.
   */
  void relocate(MemorySegment m, int tcp, int available) {
    if (available < TcpHeader.MIN_LENGTH) {
      return;
    }
    TcpHeader.ports(m, tcp, peerPort, hostPort);
    TcpHeader.sequences(m, tcp, TcpHeader.sequence(m, tcp), TcpHeader.acknowledgement(m, tcp) + iss);
    int header = TcpHeader.validate(m, tcp, available);
    if (header < 0) {
      return;
    }
    for (int at = TcpOptions.first(m, tcp, header); at > 0; at = TcpOptions.next(m, tcp, header, at)) {
      long option = (long) tcp + at;
      switch (TcpOptions.kind(m, option)) {
        case TcpOptions.TIMESTAMPS -> m.set(INT, option + TIMESTAMP_ECHO,
            TcpOptions.timestampEcho(m, option) + firstTime);
        case TcpOptions.SACK -> {
          for (int i = 0; i < 2 * TcpOptions.sackBlocks(m, option); i++) {
            long edge = option + FIRST_BLOCK + (long) i * Integer.BYTES;
            m.set(INT, edge, m.get(INT, edge) + iss);
          }
        }
        default -> {
          // Nothing in it counts.
        }
      }
    }
  }

  /** Makes the packet that an ICMP message quotes one that the stack has sent on this connection. */
  void relocateQuote(MemorySegment m, int tcp, int available) {
    if (available < 2 * Integer.BYTES) {
      return;
    }
    m.set(SHORT, tcp, (short) hostPort);
    m.set(SHORT, tcp + 2L, (short) peerPort);
    m.set(INT, tcp + 4L, m.get(INT, tcp + 4L) + iss);
  }
}
