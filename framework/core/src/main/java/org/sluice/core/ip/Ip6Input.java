package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.sluice.core.network.NetworkSnapshot;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Ip6Extensions;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;

/** IPv6 packets that came in (RFC 8200). Owned by one worker. */
final class Ip6Input {
  private final IpCounters counters;
  private final int worker;
  private final Bursts bursts;
  private final IcmpInput icmp;

  Ip6Input(IpCounters counters, int worker, Bursts bursts, IcmpInput icmp) {
    this.counters = counters;
    this.worker = worker;
    this.bursts = bursts;
    this.icmp = icmp;
  }

  /** Takes a packet over whose data begins at the IP header; with whether the frame was for many stations. */
  void accept(Port port, NetworkSnapshot now, PacketBatch batch, int i, boolean linkBroadcast) {
    MemorySegment m = batch.pool(i).memory();
    long at = batch.offset(i);
    int header = Ip6Header.validate(m, at, batch.length(i));
    if (header < 0) {
      counters.drop(Layer.IP6, header, worker, batch, i);
      return;
    }
    long sourceHigh = Ip6Header.sourceHigh(m, at);
    long sourceLow = Ip6Header.sourceLow(m, at);
    if (isNobody(sourceHigh, sourceLow)) {
      counters.drop(Drop.IP6_BAD_SOURCE, worker, batch, i);
      return;
    }
    long high = Ip6Header.destinationHigh(m, at);
    long low = Ip6Header.destinationLow(m, at);
    boolean group = Groups.isGroup(high);
    // An IPv4-mapped address is none on the wire; it would be taken for one of the other family.
    boolean ours = group
        ? Groups.has(port.about(), high, low)
        : !IpAddress.isIp4(high, low) && port.owns(now, high, low);
    if (!ours) {
      counters.drop(Drop.IP6_NOT_OURS, worker, batch, i);
      return;
    }
    if (linkBroadcast && !group) {
      counters.drop(Drop.IP6_LINK_BROADCAST, worker, batch, i);
      return;
    }
    long found = Ip6Extensions.find(m, at);
    if (found < 0) {
      counters.drop(Layer.IP6, (int) found, worker, batch, i);
      return;
    }
    if (Ip6Extensions.protocol(found) == Ip6Extensions.FRAGMENT) {
      counters.drop(Drop.IP6_FRAGMENT, worker, batch, i);
      return;
    }
    deliver(port, now, batch, i, found);
  }

  /** A whole packet of ours, also one that was put together. */
  void deliver(Port port, NetworkSnapshot now, PacketBatch batch, int i, long found) {
    MemorySegment m = batch.pool(i).memory();
    long at = batch.offset(i);
    batch.bounds(i, at, Ip6Header.LENGTH + Ip6Header.payloadLength(m, at));
    batch.flags(i, batch.flags(i) & ~PacketFlags.IP4);
    batch.headerOffsets(i, 0, Ip6Extensions.distance(found));
    int protocol = Ip6Extensions.protocol(found);
    if (protocol == IcmpHeader.PROTOCOL_6) {
      icmp.accept6(port, now, batch, i);
    } else if (IpAddress.isAny(Ip6Header.sourceHigh(m, at), Ip6Header.sourceLow(m, at))
        || Groups.isGroup(Ip6Header.destinationHigh(m, at))) {
      counters.drop(Drop.IP6_BAD_SOURCE, worker, batch, i);
    } else {
      bursts.add(protocol, false, batch, i);
    }
  }

  /** Groups, loopback and mapped addresses send nothing; the unspecified address only looks for duplicates. */
  private static boolean isNobody(long high, long low) {
    return Groups.isGroup(high) || high == 0 && (low == 1 || IpAddress.isIp4(high, low));
  }
}
