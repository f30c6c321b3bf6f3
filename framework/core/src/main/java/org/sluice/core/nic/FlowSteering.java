package org.sluice.core.nic;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.UdpHeader;

/**
 * Which receive queue a frame comes in on, as cards with several do it: all frames of a flow on one, by a hash of its
 * addresses and ports. Fragments are hashed by their addresses alone, since only the first has ports. The two
 * directions of a flow have nothing to do with each other.
 */
final class FlowSteering {
  private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;
  private static final int PORTS_BYTES = 4;

  private FlowSteering() {}

  /** The hash of a frame; 0 for what is no IP packet. */
  static int hash(MemorySegment m, long frame, int lengthBytes) {
    long packet = frame + EthernetHeader.LENGTH;
    int available = lengthBytes - EthernetHeader.LENGTH;
    if (available >= Ip4Header.MIN_LENGTH && EthernetHeader.type(m, frame) == EthernetHeader.TYPE_IP4) {
      long addresses = mix(Ip4Header.source(m, packet) << Integer.SIZE | Ip4Header.destination(m, packet));
      int ports = Ip4Header.isFragment(m, packet) ? 0
          : ports(m, packet, Ip4Header.headerLength(m, packet), available, Ip4Header.protocol(m, packet));
      return folded(addresses ^ ports);
    }
    if (available >= Ip6Header.LENGTH && EthernetHeader.type(m, frame) == EthernetHeader.TYPE_IP6) {
      long source = mix(Ip6Header.sourceHigh(m, packet) ^ mix(Ip6Header.sourceLow(m, packet)));
      long both = mix(Ip6Header.destinationHigh(m, packet) ^ mix(Ip6Header.destinationLow(m, packet) ^ source));
      return folded(both ^ ports(m, packet, Ip6Header.LENGTH, available, Ip6Header.nextHeader(m, packet)));
    }
    return 0;
  }

  private static int ports(MemorySegment m, long packet, int headerBytes, int available, int protocol) {
    boolean hasPorts = protocol == TcpHeader.PROTOCOL || protocol == UdpHeader.PROTOCOL;
    return hasPorts && available >= headerBytes + PORTS_BYTES
        ? m.get(ValueLayout.JAVA_INT_UNALIGNED, packet + headerBytes) : 0;
  }

  private static long mix(long value) {
    long product = value * MULTIPLIER;
    return product ^ product >>> Integer.SIZE;
  }

  /** Never 0, which means that there is no hash. */
  private static int folded(long value) {
    int hash = (int) (mix(value) >>> Integer.SIZE);
    return hash == 0 ? 1 : hash;
  }

  /** The queue of a hash. */
  static int queue(int hash, int queues) {
    return (int) (Integer.toUnsignedLong(hash) * queues >>> Integer.SIZE);
  }
}
