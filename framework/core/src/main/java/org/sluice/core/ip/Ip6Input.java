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
  private final FragmentInput fragments;
  private final IcmpErrorOutput errors;

  Ip6Input(IpCounters counters, int worker, Bursts bursts, IcmpInput icmp, FragmentInput fragments,
      IcmpErrorOutput errors) {
    this.counters = counters;
    this.worker = worker;
    this.bursts = bursts;
    this.icmp = icmp;
    this.fragments = fragments;
    this.errors = errors;
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
      fragment(port, now, batch, i, Ip6Extensions.distance(found));
    } else {
      deliver(port, now, batch, i, found, false);
    }
  }

  private void fragment(Port port, NetworkSnapshot now, PacketBatch batch, int i, int distance) {
    if (Reassembler.isAtomic(batch.pool(i).memory(), batch.offset(i) + distance)) {
      FragmentInput.unwrap(batch, i, distance);
      deliverWhole(port, now, batch, i);
    } else if (fragments.add6(port, batch, i, distance)) {
      deliverWhole(port, now, fragments.whole(), 0);
    }
  }

  /** What had a fragment header and has none any more. */
  private void deliverWhole(Port port, NetworkSnapshot now, PacketBatch batch, int i) {
    long found = Ip6Extensions.find(batch.pool(i).memory(), batch.offset(i));
    if (found < 0) {
      counters.drop(Layer.IP6, (int) found, worker, batch, i);
    } else if (Ip6Extensions.protocol(found) == Ip6Extensions.FRAGMENT) {
      counters.drop(Drop.IP6_NESTED_FRAGMENT, worker, batch, i);
    } else {
      deliver(port, now, batch, i, found, true);
    }
  }

  private void deliver(Port port, NetworkSnapshot now, PacketBatch batch, int i, long found, boolean wasFragment) {
    MemorySegment m = batch.pool(i).memory();
    long at = batch.offset(i);
    int distance = Ip6Extensions.distance(found);
    long fault = distance == Ip6Header.LENGTH ? Ip6Options.FINE : Ip6Options.check(m, at, distance);
    if (fault != Ip6Options.FINE) {
      if (Ip6Options.isTold(fault)) {
        errors.send(Ip6Options.problem(fault), Ip6Options.pointer(fault), port, m, at, batch.length(i));
      }
      counters.drop(Drop.IP6_BAD_EXTENSION, worker, batch, i);
      return;
    }
    batch.bounds(i, at, Ip6Header.LENGTH + Ip6Header.payloadLength(m, at));
    batch.flags(i, batch.flags(i) & ~PacketFlags.IP4);
    batch.headerOffsets(i, 0, distance);
    int protocol = Ip6Extensions.protocol(found);
    if (protocol == IcmpHeader.PROTOCOL_6) {
      icmp.accept6(port, now, batch, i, wasFragment);
    } else if (IpAddress.isAny(Ip6Header.sourceHigh(m, at), Ip6Header.sourceLow(m, at))
        || Groups.isGroup(Ip6Header.destinationHigh(m, at))) {
      counters.drop(Drop.IP6_BAD_SOURCE, worker, batch, i);
    } else if (!bursts.add(protocol, false, batch, i)) {
      if (protocol != Ip6Extensions.NO_NEXT_HEADER) {
        errors.send(IcmpProblem.PROTOCOL_UNREACHABLE, Reassembler.nextHeaderField(m, at, distance), port, m, at,
            batch.length(i));
      }
      counters.drop(Drop.IP_UNKNOWN_PROTOCOL, worker, batch, i);
    }
  }

  /** Groups, loopback and mapped addresses send nothing; the unspecified address only looks for duplicates. */
  private static boolean isNobody(long high, long low) {
    return Groups.isGroup(high) || high == 0 && (low == 1 || IpAddress.isIp4(high, low));
  }
}
