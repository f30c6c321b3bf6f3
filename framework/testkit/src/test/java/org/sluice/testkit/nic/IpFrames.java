package org.sluice.testkit.nic;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.UdpHeader;

/** Frames of a few flows, all with right checksums. */
final class IpFrames {
  static final int L4_OFFSET = EthernetHeader.LENGTH + Ip4Header.MIN_LENGTH;
  private static final int PAYLOAD_BYTES = 18;
  private static final long SOURCE = 0x0a00_0001;
  private static final long DESTINATION = 0x0a00_0002;

  private IpFrames() {}

  /** A datagram over IPv4, from a port of its own. */
  static byte[] udp(int number) {
    byte[] bytes = new byte[L4_OFFSET + UdpHeader.LENGTH + PAYLOAD_BYTES];
    MemorySegment m = MemorySegment.ofArray(bytes);
    EthernetHeader.write(m, 0, 0x0200_0000_0002L, 0x0200_0000_0001L, EthernetHeader.TYPE_IP4);
    Ip4Header.write(m, EthernetHeader.LENGTH, bytes.length - EthernetHeader.LENGTH, 0, 64, UdpHeader.PROTOCOL);
    Ip4Header.addresses(m, EthernetHeader.LENGTH, SOURCE, DESTINATION);
    Ip4Header.fillChecksum(m, EthernetHeader.LENGTH);
    int length = UdpHeader.LENGTH + PAYLOAD_BYTES;
    UdpHeader.write(m, L4_OFFSET, 1_024 + number, 53, length);
    UdpHeader.fillChecksum(m, L4_OFFSET, pseudoSum());
    return bytes;
  }

  /** The sum of the pseudo header of {@link #udp}. */
  static int pseudoSum() {
    return InternetChecksum.pseudo4(SOURCE, DESTINATION, UdpHeader.PROTOCOL, UdpHeader.LENGTH + PAYLOAD_BYTES);
  }

  /** The second fragment of a datagram. */
  static byte[] fragment(int number) {
    byte[] bytes = udp(number);
    MemorySegment m = MemorySegment.ofArray(bytes);
    Ip4Header.fragment(m, EthernetHeader.LENGTH, number, 185);
    Ip4Header.fillChecksum(m, EthernetHeader.LENGTH);
    return bytes;
  }

  /** A datagram over IPv6, from a port of its own. */
  static byte[] udp6(int number) {
    byte[] bytes = new byte[EthernetHeader.LENGTH + Ip6Header.LENGTH + UdpHeader.LENGTH];
    MemorySegment m = MemorySegment.ofArray(bytes);
    EthernetHeader.write(m, 0, 0x0200_0000_0002L, 0x0200_0000_0001L, EthernetHeader.TYPE_IP6);
    Ip6Header.write(m, EthernetHeader.LENGTH, 0, UdpHeader.LENGTH, UdpHeader.PROTOCOL, 64);
    Ip6Header.source(m, EthernetHeader.LENGTH, 0xfd00L << 48, 1);
    Ip6Header.destination(m, EthernetHeader.LENGTH, 0xfd00L << 48, 2);
    UdpHeader.write(m, EthernetHeader.LENGTH + Ip6Header.LENGTH, 1_024 + number, 53, UdpHeader.LENGTH);
    return bytes;
  }
}
