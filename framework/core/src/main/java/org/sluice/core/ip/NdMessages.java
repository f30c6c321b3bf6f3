package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.NeighborHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.PacketBatch;

/** Writes neighbour solicitations and advertisements (RFC 4861) and sends them at once. */
final class NdMessages {
  /** What no router lets through, so that the receiver knows that the sender is on the link (section 3.1). */
  static final int HOP_LIMIT = 255;

  private static final int LENGTH = NeighborHeader.LENGTH + NeighborHeader.LINK_OPTION_LENGTH;

  private final PacketBatch frame = new PacketBatch(1);

  /** Asks all who may have the target, or, with a receiver, the one that had it; false when there is no frame. */
  boolean solicit(Port port, long sourceHigh, long sourceLow, long targetHigh, long targetLow, long receiver) {
    boolean one = receiver != Neighbor.NONE;
    long low = one ? targetLow : Groups.solicitedLow(targetLow);
    long high = one ? targetHigh : Groups.SOLICITED_HIGH;
    return send(port, IcmpHeader.NEIGHBOR_SOLICITATION_6, 0, NeighborHeader.SOURCE_LINK_OPTION, sourceHigh, sourceLow,
        high, low, targetHigh, targetLow, one ? receiver : Groups.hardware(low));
  }

  /** Answers: we have the target. */
  boolean advertise(
      Port port, int flags, long targetHigh, long targetLow, long toHigh, long toLow, long receiver) {
    return send(port, IcmpHeader.NEIGHBOR_ADVERTISEMENT_6, flags, NeighborHeader.TARGET_LINK_OPTION, targetHigh,
        targetLow, toHigh, toLow, targetHigh, targetLow, receiver);
  }

  /** Asks whether somebody has an address that is to be ours (RFC 4862 section 5.4.2). */
  boolean probe(Port port, long targetHigh, long targetLow, long nonce) {
    if (!port.allocate(frame)) {
      return false;
    }
    long group = Groups.solicitedLow(targetLow);
    int length = NdMessage.writeProbe(frame.pool(0).memory(), icmp(), targetHigh, targetLow, nonce);
    return send(port, length, 0, 0, Groups.SOLICITED_HIGH, group, Groups.hardware(group));
  }

  /** Asks for routers (RFC 4861 section 6.3.7), from an address of the link or from none. */
  boolean solicitRouters(Port port, IpAddress from) {
    if (!port.allocate(frame)) {
      return false;
    }
    int length = NdMessage.writeRouterSolicitation(frame.pool(0).memory(), icmp(), from.isAny() ? -1 : port.mac);
    return send(port, length, from.high(), from.low(), Groups.LINK_HIGH, Groups.ALL_ROUTERS_LOW,
        Groups.hardware(Groups.ALL_ROUTERS_LOW));
  }

  private long icmp() {
    return frame.offset(0) + EthernetHeader.LENGTH + Ip6Header.LENGTH;
  }

  /** Writes the headers before a message that is there already, and its checksum. */
  private boolean send(Port port, int length, long sourceHigh, long sourceLow, long toHigh, long toLow,
      long receiver) {
    MemorySegment m = frame.pool(0).memory();
    long at = frame.offset(0);
    long ip = at + EthernetHeader.LENGTH;
    EthernetHeader.write(m, at, receiver, port.mac, EthernetHeader.TYPE_IP6);
    Ip6Header.write(m, ip, 0, length, IcmpHeader.PROTOCOL_6, HOP_LIMIT);
    Ip6Header.source(m, ip, sourceHigh, sourceLow);
    Ip6Header.destination(m, ip, toHigh, toLow);
    IcmpHeader.fillChecksum(m, icmp(), length,
        InternetChecksum.pseudo6(sourceHigh, sourceLow, toHigh, toLow, IcmpHeader.PROTOCOL_6, length));
    frame.bounds(0, at, EthernetHeader.LENGTH + Ip6Header.LENGTH + length);
    return port.transmit(frame) == 1;
  }

  private boolean send(Port port, int type, int flags, int option, long sourceHigh, long sourceLow, long toHigh,
      long toLow, long targetHigh, long targetLow, long receiver) {
    if (!port.allocate(frame)) {
      return false;
    }
    MemorySegment m = frame.pool(0).memory();
    IcmpHeader.write(m, icmp(), type, 0, flags);
    NeighborHeader.target(m, icmp(), targetHigh, targetLow);
    NeighborHeader.linkOption(m, icmp(), NeighborHeader.LENGTH, option, port.mac);
    return send(port, LENGTH, sourceHigh, sourceLow, toHigh, toLow, receiver);
  }
}
