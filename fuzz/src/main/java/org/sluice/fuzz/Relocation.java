package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.TcpHeader;

/** Finds the TCP header of a frame, or of what an ICMP error in it quotes, and makes it one of a connection. */
final class Relocation {
  private Relocation() {}

  static void relocate(MemorySegment m, int length, Flow flow) {
    if (length < EthernetHeader.LENGTH + Ip4Header.MIN_LENGTH) {
      return;
    }
    int packet = EthernetHeader.LENGTH;
    int upper = upper(m, packet, length);
    if (upper < 0) {
      return;
    }
    switch (protocol(m, packet)) {
      case TcpHeader.PROTOCOL -> flow.relocate(m, upper, length - upper);
      case IcmpHeader.PROTOCOL_4, IcmpHeader.PROTOCOL_6 -> {
        int quoted = upper + IcmpHeader.LENGTH;
        int transport = upper(m, quoted, length);
        if (transport >= 0 && protocol(m, quoted) == TcpHeader.PROTOCOL) {
          flow.relocateQuote(m, transport, length - transport);
        }
      }
      default -> {
        // Nothing in it counts.
      }
    }
  }

  /** Where what a packet carries begins; -1 when it ends before that. */
  private static int upper(MemorySegment m, int packet, int length) {
    int rest = length - packet;
    if (rest >= Ip6Header.LENGTH && isSix(m, packet)) {
      return packet + Ip6Header.LENGTH;
    }
    int header = rest < Ip4Header.MIN_LENGTH ? 0 : Ip4Header.headerLength(m, packet);
    return header < Ip4Header.MIN_LENGTH || header > rest ? -1 : packet + header;
  }

  private static int protocol(MemorySegment m, int packet) {
    return isSix(m, packet) ? Ip6Header.nextHeader(m, packet) : Ip4Header.protocol(m, packet);
  }

  private static boolean isSix(MemorySegment m, int packet) {
    return (m.get(ValueLayout.JAVA_BYTE, packet) & 0xf0) == 0x60;
  }
}
