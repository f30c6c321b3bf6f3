package org.sluice.core.trace;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import org.sluice.spi.header.ArpHeader;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.HeaderFault;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Extensions;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.UdpHeader;
import org.sluice.spi.header.Wire;
import org.sluice.spi.network.IpAddress;

/** Headers in words, one line each, from the first bytes of a packet. */
final class PacketText {
  private static final String[] FLAGS = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"};
  private static final HexFormat HEX = HexFormat.ofDelimiter(":");
  private static final int MAC_BYTES = 6;

  private final MemorySegment m;
  private final int lengthBytes;
  private final List<String> lines;

  private PacketText(MemorySegment m, int lengthBytes, List<String> lines) {
    this.m = m;
    this.lengthBytes = lengthBytes;
    this.lines = lines;
  }

  /** Adds the headers of a packet of so many bytes, of which the first are kept, with or without link header. */
  static void add(MemorySegment kept, int lengthBytes, boolean link, List<String> lines) {
    PacketText text = new PacketText(kept, lengthBytes, lines);
    if (link) {
      text.ethernet();
    } else if (kept.byteSize() > 0) {
      text.ip(0, Wire.u8(kept, 0) >>> 4 == 4 ? EthernetHeader.TYPE_IP4 : EthernetHeader.TYPE_IP6);
    }
  }

  private boolean isFaulty(String header, int result) {
    if (result < 0) {
      lines.add(header + " header is faulty: " + HeaderFault.text(result));
    }
    return result < 0;
  }

  private void ethernet() {
    int header = EthernetHeader.validate(m, 0, lengthBytes);
    if (isFaulty("ethernet", header)) {
      return;
    }
    int type = EthernetHeader.type(m, 0);
    lines.add("ethernet " + mac(EthernetHeader.source(m, 0)) + " -> " + mac(EthernetHeader.destination(m, 0))
        + ", type " + type(type));
    if (type == EthernetHeader.TYPE_ARP) {
      arp(header);
    } else {
      ip(header, type);
    }
  }

  private static String type(int type) {
    return switch (type) {
      case EthernetHeader.TYPE_IP4 -> "ip4";
      case EthernetHeader.TYPE_IP6 -> "ip6";
      case EthernetHeader.TYPE_ARP -> "arp";
      default -> "0x" + HexFormat.of().toHexDigits((short) type);
    };
  }

  private void arp(int at) {
    if (!isFaulty("arp", ArpHeader.validate(m, at, lengthBytes - at))) {
      lines.add("arp " + (ArpHeader.operation(m, at) == ArpHeader.REQUEST ? "request" : "reply") + " from "
          + ip4(ArpHeader.senderProtocol(m, at)) + " for " + ip4(ArpHeader.targetProtocol(m, at)));
    }
  }

  private void ip(int at, int type) {
    if (type == EthernetHeader.TYPE_IP4) {
      ip4(at);
    } else if (type == EthernetHeader.TYPE_IP6) {
      ip6(at);
    }
  }

  private void ip4(int at) {
    int header = Ip4Header.validate(m, at, lengthBytes - at);
    if (isFaulty("ip4", header)) {
      return;
    }
    int total = Ip4Header.totalLength(m, at);
    int protocol = Ip4Header.protocol(m, at);
    int offset = Ip4Header.fragmentOffset(m, at);
    boolean intact = Ip4Header.checksumSum(m, at, header) == InternetChecksum.VALID;
    lines.add("ip4 " + ip4(Ip4Header.source(m, at)) + " -> " + ip4(Ip4Header.destination(m, at)) + ", "
        + protocol(protocol) + ", ttl " + Ip4Header.ttl(m, at) + ", " + total + " bytes, checksum "
        + (intact ? "good" : "bad") + (Ip4Header.isFragment(m, at) ? ", fragment at " + offset : ""));
    if (offset == 0) {
      upper(protocol, at + header, total - header);
    }
  }

  private void ip6(int at) {
    if (isFaulty("ip6", Ip6Header.validate(m, at, lengthBytes - at))) {
      return;
    }
    int payload = Ip6Header.payloadLength(m, at);
    lines.add("ip6 " + new IpAddress(Ip6Header.sourceHigh(m, at), Ip6Header.sourceLow(m, at)) + " -> "
        + new IpAddress(Ip6Header.destinationHigh(m, at), Ip6Header.destinationLow(m, at)) + ", "
        + protocol(Ip6Header.nextHeader(m, at)) + ", hop limit " + Ip6Header.hopLimit(m, at) + ", "
        + (Ip6Header.LENGTH + payload) + " bytes");
    int end = (int) Math.min(Ip6Header.LENGTH + payload, m.byteSize() - at);
    long found = Ip6Extensions.find(m, at, Ip6Header.nextHeader(m, at), Ip6Header.LENGTH, end);
    if (isFaulty("ip6 extension", (int) Math.min(0, found))) {
      return;
    }
    int distance = Ip6Extensions.distance(found);
    if (Ip6Extensions.protocol(found) == Ip6Extensions.FRAGMENT) {
      lines.add("ip6 fragment at " + Ip6Extensions.fragmentOffset(m, at + distance)
          + (Ip6Extensions.moreFragments(m, at + distance) ? ", more follow" : ", the last"));
    } else {
      upper(Ip6Extensions.protocol(found), at + distance, Ip6Header.LENGTH + payload - distance);
    }
  }

  private void upper(int protocol, int at, int length) {
    long kept = m.byteSize() - at;
    switch (protocol) {
      case TcpHeader.PROTOCOL -> tcp(at, length);
      case UdpHeader.PROTOCOL -> {
        if (kept >= UdpHeader.LENGTH && length >= UdpHeader.LENGTH) {
          lines.add("udp " + UdpHeader.sourcePort(m, at) + " -> " + UdpHeader.destinationPort(m, at) + ", "
              + UdpHeader.datagramLength(m, at) + " bytes");
        }
      }
      case IcmpHeader.PROTOCOL_4, IcmpHeader.PROTOCOL_6 -> {
        if (kept >= IcmpHeader.LENGTH && length >= IcmpHeader.LENGTH) {
          lines.add(protocol(protocol) + " type " + IcmpHeader.type(m, at) + " code " + IcmpHeader.code(m, at));
        }
      }
      default -> { }
    }
  }

  private void tcp(int at, int length) {
    if (m.byteSize() - at < TcpHeader.MIN_LENGTH || isFaulty("tcp", TcpHeader.validate(m, at, length))) {
      return;
    }
    StringBuilder flags = new StringBuilder();
    for (int bit = 0; bit < FLAGS.length; bit++) {
      if ((TcpHeader.flags(m, at) & 1 << bit) != 0) {
        flags.append(flags.isEmpty() ? "" : " ").append(FLAGS[bit]);
      }
    }
    lines.add("tcp " + TcpHeader.sourcePort(m, at) + " -> " + TcpHeader.destinationPort(m, at) + ", [" + flags
        + "], seq " + Integer.toUnsignedString(TcpHeader.sequence(m, at)) + ", ack "
        + Integer.toUnsignedString(TcpHeader.acknowledgement(m, at)) + ", window " + TcpHeader.window(m, at) + ", "
        + (length - TcpHeader.headerLength(m, at)) + " bytes of data");
  }

  static String protocol(int number) {
    return switch (number) {
      case IcmpHeader.PROTOCOL_4 -> "icmp";
      case TcpHeader.PROTOCOL -> "tcp";
      case UdpHeader.PROTOCOL -> "udp";
      case IcmpHeader.PROTOCOL_6 -> "icmp6";
      default -> "protocol " + number;
    };
  }

  static String mac(long address) {
    byte[] bytes = new byte[MAC_BYTES];
    for (int i = 0; i < MAC_BYTES; i++) {
      bytes[i] = (byte) (address >>> (MAC_BYTES - 1 - i) * Byte.SIZE);
    }
    return HEX.formatHex(bytes);
  }

  private static String ip4(long address) {
    return new IpAddress(0, IpAddress.IP4_MAPPED | address & 0xffff_ffffL).toString();
  }
}
