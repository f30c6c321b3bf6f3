package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.sluice.core.network.NetworkSnapshot;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;

/** IPv4 packets that came in (RFC 1122 section 3.2.1). Owned by one worker. */
final class Ip4Input {
  private static final long LOOPBACK = 127;
  private static final long FIRST_GROUP = 224;

  private final IpCounters counters;
  private final int worker;
  private final Bursts bursts;
  private final IcmpInput icmp;
  private final FragmentInput fragments;
  private final IcmpErrorOutput errors;

  Ip4Input(IpCounters counters, int worker, Bursts bursts, IcmpInput icmp, FragmentInput fragments,
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
    int header = Ip4Header.validate(m, at, batch.length(i));
    if (header < 0) {
      counters.drop(Layer.IP4, header, worker, batch, i);
      return;
    }
    // Whatever the card says: its flags are about the transport's checksum.
    if (Ip4Header.checksumSum(m, at, header) != InternetChecksum.VALID) {
      counters.drop(Drop.IP4_BAD_CHECKSUM, worker, batch, i);
      return;
    }
    if (isNobody(Ip4Header.source(m, at))) {
      counters.drop(Drop.IP4_BAD_SOURCE, worker, batch, i);
      return;
    }
    if (!port.owns(now, 0, IpAddress.IP4_MAPPED | Ip4Header.destination(m, at))) {
      counters.drop(Drop.IP4_NOT_OURS, worker, batch, i);
      return;
    }
    if (linkBroadcast) {
      // Somebody fishes for answers (RFC 1122 section 3.3.6).
      counters.drop(Drop.IP4_LINK_BROADCAST, worker, batch, i);
      return;
    }
    if (Ip4Header.isFragment(m, at)) {
      if (fragments.add4(port, batch, i)) {
        PacketBatch whole = fragments.whole();
        deliver(port, now, whole, 0, Ip4Header.headerLength(whole.pool(0).memory(), whole.offset(0)));
      }
      return;
    }
    deliver(port, now, batch, i, header);
  }

  /** A whole packet of ours, also one that was put together. */
  private void deliver(Port port, NetworkSnapshot now, PacketBatch batch, int i, int header) {
    MemorySegment m = batch.pool(i).memory();
    long at = batch.offset(i);
    batch.bounds(i, at, Ip4Header.totalLength(m, at));
    batch.flags(i, batch.flags(i) | PacketFlags.IP4);
    batch.headerOffsets(i, 0, header);
    int protocol = Ip4Header.protocol(m, at);
    if (protocol == IcmpHeader.PROTOCOL_4) {
      icmp.accept4(port, now, batch, i);
    } else if (!bursts.add(protocol, true, batch, i)) {
      errors.send(IcmpProblem.PROTOCOL_UNREACHABLE, 0, port, m, at, batch.length(i));
      counters.drop(Drop.IP_UNKNOWN_PROTOCOL, worker, batch, i);
    }
  }

  /** Network 0, loopback, groups, and what is reserved above them send nothing. */
  private static boolean isNobody(long source) {
    long first = source >>> 24;
    return first == 0 || first == LOOPBACK || first >= FIRST_GROUP;
  }
}
