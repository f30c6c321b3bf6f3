package org.sluice.core.ip;

import org.jspecify.annotations.Nullable;
import org.sluice.core.network.SourceAddress;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Worker;

/**
 * Asks for hardware addresses, not more often than a link bears. Neighbours that are known have a budget of their own,
 * so that no flood of packets for addresses that nobody has makes us lose them. Worker 0.
 */
final class NeighborRequests {
  private final Worker worker;
  private final IpCounters counters;
  private final ArpMessages arp = new ArpMessages();
  private final NdMessages nd = new NdMessages();
  private final Budget forUnknown;
  private final Budget forKnown;

  NeighborRequests(Worker worker, int perSecond, IpCounters counters) {
    this.worker = worker;
    this.counters = counters;
    forUnknown = new Budget(perSecond, worker.nowNs());
    forKnown = new Budget(perSecond, worker.nowNs());
  }

  /**
   * Asks all stations for a neighbour, or the neighbour itself when it has an address. False when it was not asked now
   * and may be asked later: that says nothing of it.
   */
  boolean send(Port port, Neighbor neighbor) {
    IpPrefix source = SourceAddress.nearest(port.about(), neighbor.high, neighbor.low, null);
    if (source == null && !IpAddress.isIp4(neighbor.high, neighbor.low)) {
      // There is no address to ask from.
      return true;
    }
    long mac = neighbor.usableMac();
    if (!(mac == Neighbor.NONE ? forUnknown : forKnown).take(worker.nowNs())) {
      counters.count(Drop.NEIGHBOR_RATE, worker.index());
      return false;
    }
    boolean sent = ask(port, neighbor, source, mac);
    if (sent) {
      counters.requests.increment(worker.index());
      counters.sent.increment(worker.index());
    }
    return sent;
  }

  private boolean ask(Port port, Neighbor neighbor, @Nullable IpPrefix source, long mac) {
    if (IpAddress.isIp4(neighbor.high, neighbor.low)) {
      return arp.request(port, low(source), neighbor.low, mac == Neighbor.NONE ? EthernetHeader.BROADCAST : mac);
    }
    return source != null && nd.solicit(
        port, source.address().high(), source.address().low(), neighbor.high, neighbor.low, mac);
  }

  /** An interface without an address asks as one that has none yet (RFC 5227 section 1.1). */
  private static long low(@Nullable IpPrefix source) {
    return source == null ? 0 : source.address().low();
  }
}
