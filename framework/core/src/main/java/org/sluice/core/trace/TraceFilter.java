package org.sluice.core.trace;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Extensions;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.UdpHeader;
import org.sluice.spi.header.Wire;
import org.sluice.spi.network.IpAddress;

/**
 * Which packets a trace takes. What is asked for has to be in the packet: one whose headers cannot be read has none of
 * it.
 *
 * @param protocol an IP protocol number; {@link #ANY} for all
 * @param host the address of either side; null for all
 * @param port the TCP or UDP port of either side; {@link #ANY} for all
 */
public record TraceFilter(int protocol, @Nullable IpAddress host, int port) {
  /** No wish. */
  public static final int ANY = -1;
  /** Takes all. */
  public static final TraceFilter ALL = new TraceFilter(ANY, null, ANY);

  private static final int PORTS_BYTES = 4;

  boolean isAll() {
    return protocol == ANY && host == null && port == ANY;
  }

  /** Whether a frame is wanted, from its link header on. */
  boolean takesFrame(MemorySegment m, long at, int length) {
    if (isAll()) {
      return true;
    }
    int header = EthernetHeader.validate(m, at, length);
    return header >= 0 && takesPacket(m, at + header, length - header, EthernetHeader.type(m, at));
  }

  /** Whether a packet is wanted, from its IP header on. */
  boolean takesPacket(MemorySegment m, long at, int length, int type) {
    if (isAll()) {
      return true;
    }
    return switch (type) {
      case EthernetHeader.TYPE_IP4 -> takes4(m, at, length);
      case EthernetHeader.TYPE_IP6 -> takes6(m, at, length);
      default -> false;
    };
  }

  private boolean takes4(MemorySegment m, long at, int length) {
    int header = Ip4Header.validate(m, at, length);
    if (header < 0) {
      return false;
    }
    boolean first = !Ip4Header.isFragment(m, at) || Ip4Header.fragmentOffset(m, at) == 0;
    return takesHosts(0, IpAddress.IP4_MAPPED | Ip4Header.source(m, at), 0,
        IpAddress.IP4_MAPPED | Ip4Header.destination(m, at))
        && takesUpper(Ip4Header.protocol(m, at), m, at + header, first ? length - header : 0);
  }

  private boolean takes6(MemorySegment m, long at, int length) {
    if (Ip6Header.validate(m, at, length) < 0) {
      return false;
    }
    long found = Ip6Extensions.find(m, at);
    return found >= 0
        && takesHosts(Ip6Header.sourceHigh(m, at), Ip6Header.sourceLow(m, at), Ip6Header.destinationHigh(m, at),
            Ip6Header.destinationLow(m, at))
        && takesUpper(Ip6Extensions.protocol(found), m, at + Ip6Extensions.distance(found),
            length - Ip6Extensions.distance(found));
  }

  /**
   * Whether a packet between two addresses is wanted, as far as these say.
   *
   * @param oneHigh half of an address
   * @param oneLow its other half
   * @param otherHigh half of the other address
   * @param otherLow its other half
   * @return whether no host was asked for, or one of these
   */
  public boolean takesHosts(long oneHigh, long oneLow, long otherHigh, long otherLow) {
    IpAddress wanted = host;
    return wanted == null
        || wanted.high() == oneHigh && wanted.low() == oneLow
        || wanted.high() == otherHigh && wanted.low() == otherLow;
  }

  /**
   * Whether a packet is wanted, as far as its protocol and ports say.
   *
   * @param number the IP protocol
   * @param m the memory
   * @param at the begin of that protocol's header
   * @param length bytes that are there of it
   * @return whether it is what was asked for
   */
  public boolean takesUpper(int number, MemorySegment m, long at, int length) {
    if (protocol != ANY && protocol != number) {
      return false;
    }
    if (port == ANY) {
      return true;
    }
    boolean hasPorts = (number == TcpHeader.PROTOCOL || number == UdpHeader.PROTOCOL) && length >= PORTS_BYTES;
    return hasPorts && (Wire.u16(m, at) == port || Wire.u16(m, at + 2) == port);
  }
}
