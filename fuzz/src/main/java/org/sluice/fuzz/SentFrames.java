package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.sluice.spi.header.ArpHeader;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.HeaderFault;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Extensions;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.TcpOptions;

/** What the stack may send, whatever it was sent: frames whose lengths, options and checksums are right. */
final class SentFrames {
  private SentFrames() {}

  /** Throws unless a frame is well-formed. */
  static void require(byte[] frame) {
    MemorySegment m = MemorySegment.ofArray(frame);
    require(EthernetHeader.validate(m, 0, frame.length) > 0, "an Ethernet header", frame);
    require(EthernetHeader.source(m, 0) == Card.MAC, "the card's address", frame);
    require(frame.length <= EthernetHeader.LENGTH + Card.MTU_BYTES, "a packet within the MTU", frame);
    int at = EthernetHeader.LENGTH;
    int rest = frame.length - at;
    switch (EthernetHeader.type(m, 0)) {
      case EthernetHeader.TYPE_ARP -> require(ArpHeader.validate(m, at, rest) > 0, "an ARP header", frame);
      case EthernetHeader.TYPE_IP4 -> ip4(m, at, rest, frame);
      case EthernetHeader.TYPE_IP6 -> ip6(m, at, rest, frame);
      default -> require(false, "a known type", frame);
    }
  }

  private static void ip4(MemorySegment m, int at, int rest, byte[] frame) {
    int header = Ip4Header.validate(m, at, rest);
    require(header > 0, "an IPv4 header", frame);
    require(Ip4Header.checksumSum(m, at, header) == InternetChecksum.VALID, "an IPv4 checksum", frame);
    int length = Ip4Header.totalLength(m, at) - header;
    if (Ip4Header.isFragment(m, at)) {
      return;
    }
    switch (Ip4Header.protocol(m, at)) {
      case TcpHeader.PROTOCOL -> tcp(m, at + header, length, InternetChecksum.pseudo4(Ip4Header.source(m, at),
          Ip4Header.destination(m, at), TcpHeader.PROTOCOL, length), frame);
      case IcmpHeader.PROTOCOL_4 -> checksum(m, at + header, length, 0, frame);
      default -> require(false, "a protocol of ours", frame);
    }
  }

  private static void ip6(MemorySegment m, int at, int rest, byte[] frame) {
    require(Ip6Header.validate(m, at, rest) > 0, "an IPv6 header", frame);
    long found = Ip6Extensions.find(m, at);
    require(found > 0, "extension headers, not " + HeaderFault.text(found), frame);
    int header = Ip6Extensions.distance(found);
    int protocol = Ip6Extensions.protocol(found);
    int length = Ip6Header.LENGTH + Ip6Header.payloadLength(m, at) - header;
    int pseudoSum = InternetChecksum.pseudo6(Ip6Header.sourceHigh(m, at), Ip6Header.sourceLow(m, at),
        Ip6Header.destinationHigh(m, at), Ip6Header.destinationLow(m, at), protocol, length);
    switch (protocol) {
      case TcpHeader.PROTOCOL -> tcp(m, at + header, length, pseudoSum, frame);
      case IcmpHeader.PROTOCOL_6 -> checksum(m, at + header, length, pseudoSum, frame);
      case Ip6Extensions.FRAGMENT -> {
        // Its checksum covers what other fragments carry.
      }
      default -> require(false, "a protocol of ours", frame);
    }
  }

  private static void tcp(MemorySegment m, int at, int length, int pseudoSum, byte[] frame) {
    int header = TcpHeader.validate(m, at, length);
    require(header > 0, "a TCP header", frame);
    int option = TcpOptions.first(m, at, header);
    while (option > 0) {
      option = TcpOptions.next(m, at, header, option);
    }
    require(option == TcpOptions.NONE, "TCP options", frame);
    checksum(m, at, length, pseudoSum, frame);
  }

  private static void checksum(MemorySegment m, int at, int length, int pseudoSum, byte[] frame) {
    int sum = InternetChecksum.add(pseudoSum, InternetChecksum.sum(m, at, length));
    require(sum == InternetChecksum.VALID, "a checksum", frame);
  }

  private static void require(boolean condition, String what, byte[] frame) {
    if (!condition) {
      throw new AssertionError("the stack sent a frame without " + what + ": " + HexFormat.of().formatHex(frame));
    }
  }
}
