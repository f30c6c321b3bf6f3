package org.sluice.plugin.afxdp.xsk;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.UdpHeader;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;

/**
 * Unfinished checksums: a kernel that sends over a virtual link leaves them to a card that there is not, so that
 * they hold the sum of the pseudo-header alone. Such packets never crossed a wire. They are marked where that is
 * trusted; otherwise some are looked at, so that an operator hears why nothing arrives.
 */
public final class RxChecksums {
  /** Packets that are looked at to find out. */
  private static final int SAMPLES = 256;
  /** So many unfinished ones are no accident: by chance one in 65536 looks so. */
  private static final int SUSPICIOUS = 2;

  // What was seen of a packet.
  private static final int NONE = 0;
  private static final int OTHER = 1;
  private static final int PARTIAL = 2;

  private final boolean trusted;
  private final Runnable found;
  private final XskCounters counters;
  private int samples;
  private int seen;

  /**
   * Makes the look.
   *
   * @param trusted whether unfinished ones are believed
   * @param found told once, on the worker, when they come and are not
   * @param counters what to count
   */
  public RxChecksums(boolean trusted, Runnable found, XskCounters counters) {
    this.trusted = trusted;
    this.found = found;
    this.counters = counters;
  }

  /** Looks at what was received from an index on. */
  void look(PacketBatch batch, int from, int worker) {
    if (!trusted && samples >= SAMPLES) {
      return;
    }
    for (int i = from; i < batch.size(); i++) {
      int look = look(batch, i);
      samples += look == NONE ? 0 : 1;
      if (look != PARTIAL) {
        continue;
      }
      counters.partial.increment(worker);
      if (trusted) {
        batch.flags(i, batch.flags(i) | PacketFlags.RX_CHECKSUM_PARTIAL);
      } else if (++seen == SUSPICIOUS) {
        found.run();
      }
    }
  }

  /** What the checksum's field holds: what its sender's card was to go on from, something else, or there is none. */
  private static int look(PacketBatch batch, int i) {
    MemorySegment m = batch.pool(i).memory();
    long at = batch.offset(i);
    int length = batch.length(i);
    if (length < EthernetHeader.LENGTH + Ip4Header.MIN_LENGTH) {
      return NONE;
    }
    long ip = at + EthernetHeader.LENGTH;
    return switch (EthernetHeader.type(m, at)) {
      case EthernetHeader.TYPE_IP4 -> look4(m, ip, length - EthernetHeader.LENGTH);
      case EthernetHeader.TYPE_IP6 -> look6(m, ip, length - EthernetHeader.LENGTH);
      default -> NONE;
    };
  }

  private static int look4(MemorySegment m, long ip, int length) {
    int header = Ip4Header.headerLength(m, ip);
    int payload = Ip4Header.totalLength(m, ip) - header;
    int protocol = Ip4Header.protocol(m, ip);
    if (Ip4Header.isFragment(m, ip) || !hasField(protocol, header, payload, length)) {
      return NONE;
    }
    int pseudo =
        InternetChecksum.pseudo4(Ip4Header.source(m, ip), Ip4Header.destination(m, ip), protocol, payload);
    return pseudo == field(m, ip + header, protocol) ? PARTIAL : OTHER;
  }

  private static int look6(MemorySegment m, long ip, int length) {
    if (length < Ip6Header.LENGTH) {
      return NONE;
    }
    int payload = Ip6Header.payloadLength(m, ip);
    int protocol = Ip6Header.nextHeader(m, ip);
    if (!hasField(protocol, Ip6Header.LENGTH, payload, length)) {
      return NONE;
    }
    int pseudo = InternetChecksum.pseudo6(Ip6Header.sourceHigh(m, ip), Ip6Header.sourceLow(m, ip),
        Ip6Header.destinationHigh(m, ip), Ip6Header.destinationLow(m, ip), protocol, payload);
    return pseudo == field(m, ip + Ip6Header.LENGTH, protocol) ? PARTIAL : OTHER;
  }

  /** Whether there is a checksum in this frame. */
  private static boolean hasField(int protocol, int header, int payload, int length) {
    int needed = protocol == TcpHeader.PROTOCOL ? TcpHeader.MIN_LENGTH : UdpHeader.LENGTH;
    return (protocol == TcpHeader.PROTOCOL || protocol == UdpHeader.PROTOCOL)
        && payload >= needed && header + needed <= length;
  }

  private static int field(MemorySegment m, long transport, int protocol) {
    return protocol == TcpHeader.PROTOCOL ? TcpHeader.checksum(m, transport) : UdpHeader.checksum(m, transport);
  }
}
