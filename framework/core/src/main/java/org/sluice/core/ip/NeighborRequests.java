package org.sluice.core.ip;

import org.jspecify.annotations.Nullable;
import org.sluice.core.network.SourceAddress;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Worker;

/** Asks for hardware addresses, not more often than a link bears: a bucket of tokens that a second fills. Worker 0. */
final class NeighborRequests {
  private static final long SECOND_NS = 1_000_000_000;

  private final Worker worker;
  private final IpCounters counters;
  private final ArpMessages arp = new ArpMessages();
  private final NdMessages nd = new NdMessages();
  private final long tokenNs;
  private long fullAtNs;

  NeighborRequests(Worker worker, int perSecond, IpCounters counters) {
    this.worker = worker;
    this.counters = counters;
    tokenNs = SECOND_NS / perSecond;
    fullAtNs = worker.nowNs();
  }

  /** Asks all stations for a neighbour, or the neighbour itself when it has an address. */
  void send(Port port, Neighbor neighbor) {
    if (!mayAsk()) {
      counters.count(Drop.NEIGHBOR_RATE, worker.index());
      return;
    }
    IpPrefix source = SourceAddress.nearest(port.about(), neighbor.high, neighbor.low, null);
    long mac = neighbor.usableMac();
    boolean sent = IpAddress.isIp4(neighbor.high, neighbor.low)
        ? arp.request(port, low(source), neighbor.low, mac == Neighbor.NONE ? EthernetHeader.BROADCAST : mac)
        : source != null && nd.solicit(port, source.address().high(), source.address().low(), neighbor.high,
            neighbor.low, mac);
    if (sent) {
      counters.requests.increment(worker.index());
      counters.sent.increment(worker.index());
    }
  }

  /** An interface without an address asks as one that has none yet (RFC 5227 section 1.1). */
  private static long low(@Nullable IpPrefix source) {
    return source == null ? 0 : source.address().low();
  }

  private boolean mayAsk() {
    long nowNs = worker.nowNs();
    long next = Math.max(fullAtNs - nowNs, 0) + tokenNs;
    if (next > SECOND_NS) {
      return false;
    }
    fullAtNs = nowNs + next;
    return true;
  }
}
