package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.core.network.NetInterface;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.NeighborHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.PacketBatch;

/** Neighbour solicitations and advertisements that came in (RFC 4861 section 7). Owned by one worker. */
final class NdInput {
  private final IpCounters counters;
  private final int worker;
  private final NeighborAccess neighbors;
  private final NdMessages messages = new NdMessages();

  NdInput(IpCounters counters, int worker, NeighborAccess neighbors) {
    this.counters = counters;
    this.worker = worker;
    this.neighbors = neighbors;
  }

  /** Takes a message over whose checksum is right. */
  void accept(Port port, PacketBatch batch, int i) {
    MemorySegment m = batch.pool(i).memory();
    long ip = batch.offset(i);
    long at = ip + batch.l4Offset(i);
    int length = batch.length(i) - batch.l4Offset(i);
    Drop refusal = !NdMessage.validate(m, at, length, Ip6Header.hopLimit(m, ip))
        || Groups.isGroup(NeighborHeader.targetHigh(m, at)) ? Drop.ND_INVALID
        : IcmpHeader.type(m, at) == IcmpHeader.NEIGHBOR_SOLICITATION_6 ? solicitation(port, m, ip, at, length)
        : advertisement(port, m, ip, at, length);
    if (refusal == null) {
      counters.nd.increment(worker);
      batch.pool(i).release(ip);
    } else {
      counters.drop(refusal, worker, batch, i);
    }
  }

  /** Takes a router advertisement over whose checksum is right. */
  void routerAdvertised(Port port, PacketBatch batch, int i) {
    if (port.about().autoconf()) {
      neighbors.routerAdvertised(port, batch, i);
    } else {
      counters.drop(Drop.ND_NO_AUTOCONF, worker, batch, i);
    }
  }

  /** What a receiver has to ignore it for (section 7.1.1); null when it was acted on. */
  private @Nullable Drop solicitation(Port port, MemorySegment m, long ip, long at, int length) {
    long hardware = NeighborHeader.linkOption(m, at, length, NeighborHeader.SOURCE_LINK_OPTION);
    long sourceHigh = Ip6Header.sourceHigh(m, ip);
    long sourceLow = Ip6Header.sourceLow(m, ip);
    boolean probe = IpAddress.isAny(sourceHigh, sourceLow);
    boolean toGroup = Groups.isGroup(Ip6Header.destinationHigh(m, ip));
    long sender = EthernetHeader.source(m, ip - EthernetHeader.LENGTH);
    if (!isUsable(hardware) || probe && (!toGroup || hardware != NeighborHeader.NO_LINK_OPTION)
        || hardware == NeighborHeader.NO_LINK_OPTION && EthernetHeader.isMulticast(sender)) {
      return Drop.ND_INVALID;
    }
    long high = NeighborHeader.targetHigh(m, at);
    long low = NeighborHeader.targetLow(m, at);
    NetInterface about = port.about();
    if (probe && about.isTentative(high, low)) {
      neighbors.asked(port, high, low, NdMessage.nonce(m, at, length));
      return null;
    }
    if (port.loop || !about.has(high, low) || IpAddress.isIp4(high, low) || about.has(sourceHigh, sourceLow)) {
      return null;
    }
    if (probe) {
      answered(messages.advertise(port, NeighborHeader.OVERRIDE, high, low, Groups.LINK_HIGH, Groups.ALL_NODES_LOW,
          Groups.hardware(Groups.ALL_NODES_LOW)));
      return null;
    }
    if (hardware != NeighborHeader.NO_LINK_OPTION) {
      neighbors.heard(port, sourceHigh, sourceLow, hardware);
    }
    answered(messages.advertise(port, NeighborHeader.SOLICITED | NeighborHeader.OVERRIDE, high, low, sourceHigh,
        sourceLow, hardware == NeighborHeader.NO_LINK_OPTION ? sender : hardware));
    return null;
  }

  /** What a receiver has to ignore it for (section 7.1.2); null when it was acted on. */
  private @Nullable Drop advertisement(Port port, MemorySegment m, long ip, long at, int length) {
    long hardware = NeighborHeader.linkOption(m, at, length, NeighborHeader.TARGET_LINK_OPTION);
    int flags = NeighborHeader.flags(m, at);
    boolean solicited = (flags & NeighborHeader.SOLICITED) != 0;
    if (!isUsable(hardware) || solicited && Groups.isGroup(Ip6Header.destinationHigh(m, ip))) {
      return Drop.ND_INVALID;
    }
    long high = NeighborHeader.targetHigh(m, at);
    long low = NeighborHeader.targetLow(m, at);
    boolean isOurs = port.about().has(high, low);
    if (isOurs || port.about().isTentative(high, low)) {
      neighbors.claimed(port, high, low, EthernetHeader.source(m, ip - EthernetHeader.LENGTH));
      return isOurs ? Drop.ND_CONFLICT : null;
    }
    if (port.neighbors.find(high, low) == null) {
      return Drop.ND_UNKNOWN;
    }
    neighbors.advertised(port, high, low, hardware == NeighborHeader.NO_LINK_OPTION ? Neighbor.NONE : hardware,
        solicited, (flags & NeighborHeader.OVERRIDE) != 0);
    return null;
  }

  private static boolean isUsable(long hardware) {
    return hardware != NeighborHeader.BAD_OPTIONS
        && (hardware == NeighborHeader.NO_LINK_OPTION || hardware != 0 && !EthernetHeader.isMulticast(hardware));
  }

  private void answered(boolean sent) {
    if (sent) {
      counters.sent.increment(worker);
    }
  }
}
