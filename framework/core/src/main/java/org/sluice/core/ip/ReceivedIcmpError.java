package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Extensions;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.Wire;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Worker;

/**
 * Reads received ICMP errors; filled again for each. All lengths are checked against what has come; whether the quoted
 * packet is one of ours is the transport's to know. Belongs to one worker; allocates nothing but {@link #toError}.
 */
public final class ReceivedIcmpError {
  /** What is read of the quoted transport header: two ports, and the sequence number of TCP. */
  private static final int QUOTED_TRANSPORT_BYTES = 8;
  /** Next-hop MTUs where routers do not tell one (RFC 1191 section 7.1). */
  private static final int[] PLATEAUS = {32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 508, 296, 68};

  private final Worker worker;
  private final Counter malformed;
  private final Counter unknown;

  private IcmpError.Kind kind = IcmpError.Kind.HOST_UNREACHABLE;
  private int protocol;
  private long localHigh;
  private long localLow;
  private long remoteHigh;
  private long remoteLow;
  private int localPort;
  private int remotePort;
  private int sequence;
  private int mtuBytes;

  /**
   * Makes one.
   *
   * @param worker whose packets come
   * @param counters the stack's scope
   */
  public ReceivedIcmpError(Worker worker, Counters counters) {
    this.worker = worker;
    malformed = counters.counter("ip.icmp-error.malformed", "ICMP errors received whose quoted packet is unreadable");
    unknown = counters.counter("ip.icmp-error.ignored", "ICMP errors received of kinds that no transport acts on");
  }

  /**
   * Reads an ICMP message that is no echo, and whose checksum was right.
   *
   * @param m where it is
   * @param icmp its header
   * @param lengthBytes of the message
   * @return whether it is an error that transports act on; if not it was counted
   */
  public boolean read4(MemorySegment m, long icmp, int lengthBytes) {
    int quoted = lengthBytes - IcmpHeader.LENGTH;
    if (quoted < Ip4Header.MIN_LENGTH) {
      return refuse(malformed);
    }
    long packet = icmp + IcmpHeader.LENGTH;
    int header = Ip4Header.headerLength(m, packet);
    if (Wire.u8(m, packet) >>> 4 != 4 || header < Ip4Header.MIN_LENGTH
        || quoted - header < QUOTED_TRANSPORT_BYTES || Ip4Header.fragmentOffset(m, packet) != 0) {
      return refuse(malformed);
    }
    IcmpError.Kind told = kind4(IcmpHeader.type(m, icmp), IcmpHeader.code(m, icmp));
    if (told == null) {
      return refuse(unknown);
    }
    kind = told;
    protocol = Ip4Header.protocol(m, packet);
    localHigh = 0;
    localLow = IpAddress.IP4_MAPPED | Ip4Header.source(m, packet);
    remoteHigh = 0;
    remoteLow = IpAddress.IP4_MAPPED | Ip4Header.destination(m, packet);
    int total = Ip4Header.totalLength(m, packet);
    int mtu = IcmpHeader.mtu(m, icmp);
    mtuBytes = kind != IcmpError.Kind.PACKET_TOO_BIG ? 0 : mtu == 0 ? plateauBelow(total, header) : mtu;
    readTransport(m, packet + header);
    return true;
  }

  /**
   * Reads an ICMPv6 message that is no query, and whose checksum was right.
   *
   * @param m where it is
   * @param icmp its header
   * @param lengthBytes of the message
   * @return whether it is an error that transports act on; if not it was counted
   */
  public boolean read6(MemorySegment m, long icmp, int lengthBytes) {
    int quoted = lengthBytes - IcmpHeader.LENGTH;
    long packet = icmp + IcmpHeader.LENGTH;
    if (quoted < Ip6Header.LENGTH || Wire.u8(m, packet) >>> 4 != 6) {
      return refuse(malformed);
    }
    long found = Ip6Extensions.find(m, packet, Ip6Header.nextHeader(m, packet), Ip6Header.LENGTH, quoted);
    if (found >= 0 && Ip6Extensions.protocol(found) == Ip6Extensions.FRAGMENT) {
      int fragment = Ip6Extensions.distance(found);
      found = Ip6Extensions.fragmentOffset(m, packet + fragment) != 0 ? -1
          : Ip6Extensions.find(m, packet, Ip6Extensions.fragmentNextHeader(m, packet + fragment),
              fragment + Ip6Extensions.FRAGMENT_LENGTH, quoted);
    }
    if (found < 0 || quoted - Ip6Extensions.distance(found) < QUOTED_TRANSPORT_BYTES) {
      return refuse(malformed);
    }
    IcmpError.Kind told = kind6(IcmpHeader.type(m, icmp), IcmpHeader.code(m, icmp));
    if (told == null) {
      return refuse(unknown);
    }
    kind = told;
    protocol = Ip6Extensions.protocol(found);
    localHigh = Ip6Header.sourceHigh(m, packet);
    localLow = Ip6Header.sourceLow(m, packet);
    remoteHigh = Ip6Header.destinationHigh(m, packet);
    remoteLow = Ip6Header.destinationLow(m, packet);
    mtuBytes = kind == IcmpError.Kind.PACKET_TOO_BIG
        ? (int) Math.min(Integer.MAX_VALUE, IcmpHeader.mtu6(m, icmp)) : 0;
    readTransport(m, packet + Ip6Extensions.distance(found));
    return true;
  }

  private void readTransport(MemorySegment m, long transport) {
    localPort = Wire.u16(m, transport);
    remotePort = Wire.u16(m, transport + 2);
    sequence = Wire.i32(m, transport + 4);
  }

  private boolean refuse(Counter why) {
    why.increment(worker.index());
    return false;
  }

  /** RFC 1191 section 5: some routers quote a total length that has the header added once more. */
  private static int plateauBelow(int totalLength, int header) {
    for (int plateau : PLATEAUS) {
      if (plateau < totalLength - header) {
        return plateau;
      }
    }
    return PLATEAUS[PLATEAUS.length - 1];
  }

  private static IcmpError.@Nullable Kind kind4(int type, int code) {
    if (type == IcmpHeader.TIME_EXCEEDED) {
      return IcmpError.Kind.TIME_EXCEEDED;
    }
    if (type != IcmpHeader.UNREACHABLE) {
      return null;
    }
    return switch (code) {
      // Net, host, source route, both unknown, isolated, both for this type of service (RFC 1122 section 3.2.2.1).
      case 0, 1, 5, 6, 7, 8, 11, 12 -> IcmpError.Kind.HOST_UNREACHABLE;
      case 2, 3 -> IcmpError.Kind.PORT_UNREACHABLE;
      case IcmpHeader.FRAGMENTATION_NEEDED -> IcmpError.Kind.PACKET_TOO_BIG;
      case 9, 10, 13, 14, 15 -> IcmpError.Kind.PROHIBITED;
      default -> null;
    };
  }

  private static IcmpError.@Nullable Kind kind6(int type, int code) {
    return switch (type) {
      case IcmpHeader.PACKET_TOO_BIG_6 -> IcmpError.Kind.PACKET_TOO_BIG;
      case IcmpHeader.TIME_EXCEEDED_6 -> IcmpError.Kind.TIME_EXCEEDED;
      // Unrecognized next header is what IPv4 calls protocol unreachable.
      case IcmpHeader.PARAMETER_PROBLEM_6 -> code == 1 ? IcmpError.Kind.PORT_UNREACHABLE : null;
      case IcmpHeader.UNREACHABLE_6 -> switch (code) {
        // No route, beyond the scope of the source, address, source route (RFC 4443 section 3.1, RFC 6550).
        case 0, 2, 3, 7 -> IcmpError.Kind.HOST_UNREACHABLE;
        case 4 -> IcmpError.Kind.PORT_UNREACHABLE;
        case 1, 5, 6 -> IcmpError.Kind.PROHIBITED;
        default -> null;
      };
      default -> null;
    };
  }

  /**
   * The protocol of the quoted packet, whose transport is to be told.
   *
   * @return the IP protocol number
   */
  public int protocol() {
    return protocol;
  }

  /**
   * What happened.
   *
   * @return the kind
   */
  public IcmpError.Kind kind() {
    return kind;
  }

  /**
   * Our address in the quoted packet.
   *
   * @return first half
   */
  public long localHigh() {
    return localHigh;
  }

  /**
   * Our address in the quoted packet.
   *
   * @return second half
   */
  public long localLow() {
    return localLow;
  }

  /**
   * The peer's address in the quoted packet.
   *
   * @return first half
   */
  public long remoteHigh() {
    return remoteHigh;
  }

  /**
   * The peer's address in the quoted packet.
   *
   * @return second half
   */
  public long remoteLow() {
    return remoteLow;
  }

  /**
   * What follows the ports in the quoted transport header.
   *
   * @return four bytes
   */
  public int sequence() {
    return sequence;
  }

  /**
   * The error as transports are told of it. Allocates.
   *
   * @param table the table set of the interface it came in by
   * @return what {@link #read4} or {@link #read6} found
   */
  public IcmpError toError(int table) {
    return new IcmpError(kind, new IpAddress(localHigh, localLow), new IpAddress(remoteHigh, remoteLow), localPort,
        remotePort, sequence, mtuBytes, table);
  }
}
