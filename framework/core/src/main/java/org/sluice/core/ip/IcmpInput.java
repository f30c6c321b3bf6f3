package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.core.network.NetworkSnapshot;
import org.sluice.core.network.Scopes;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.transport.Endpoint;

/** ICMP messages of both families that came in: echoes are answered. Owned by one worker. */
final class IcmpInput {
  private static final int CHECKSUM_KNOWN = PacketFlags.RX_CHECKSUM_GOOD | PacketFlags.RX_CHECKSUM_PARTIAL;

  private final IpCounters counters;
  private final int worker;
  private final PathTable paths;
  private final NdInput nd;
  private final Pings pings;
  private final IcmpErrorInput errors;
  private final PacketBatch reply = new PacketBatch(1);

  IcmpInput(IpCounters counters, int worker, PathTable paths, NdInput nd, Pings pings,
      IcmpErrorInput errors) {
    this.counters = counters;
    this.worker = worker;
    this.paths = paths;
    this.nd = nd;
    this.pings = pings;
    this.errors = errors;
  }

  /** Takes a message over that came in IPv4. */
  void accept4(Port port, NetworkSnapshot now, PacketBatch batch, int i) {
    if (!isIntact(batch, i, 0)) {
      return;
    }
    MemorySegment m = batch.pool(i).memory();
    long ip = batch.offset(i);
    long at = ip + batch.l4Offset(i);
    long source = IpAddress.IP4_MAPPED | Ip4Header.source(m, ip);
    switch (IcmpHeader.type(m, at)) {
      case IcmpHeader.ECHO_REQUEST ->
          answer(port, batch, i, IcmpHeader.ECHO_REPLY, 0, source, 0,
              IpAddress.IP4_MAPPED | Ip4Header.destination(m, ip));
      case IcmpHeader.ECHO_REPLY -> replied(batch, i, 0, source, Ip4Header.ttl(m, ip));
      case IcmpHeader.UNREACHABLE, IcmpHeader.TIME_EXCEEDED, IcmpHeader.PARAMETER_PROBLEM ->
          errors.accept(port, now, batch, i, true);
      default -> counters.drop(Drop.ICMP_UNHANDLED, worker, batch, i);
    }
  }

  /** Takes a message over that came in IPv6; with whether it had a fragment header. */
  void accept6(Port port, NetworkSnapshot now, PacketBatch batch, int i, boolean wasFragment) {
    MemorySegment m = batch.pool(i).memory();
    long ip = batch.offset(i);
    long sourceHigh = Ip6Header.sourceHigh(m, ip);
    long sourceLow = Ip6Header.sourceLow(m, ip);
    long high = Ip6Header.destinationHigh(m, ip);
    long low = Ip6Header.destinationLow(m, ip);
    int length = batch.length(i) - batch.l4Offset(i);
    if (!isIntact(
        batch, i, InternetChecksum.pseudo6(sourceHigh, sourceLow, high, low, IcmpHeader.PROTOCOL_6, length))) {
      return;
    }
    switch (IcmpHeader.type(m, ip + batch.l4Offset(i))) {
      case IcmpHeader.ECHO_REQUEST_6 -> {
        // One to all nodes is not answered: it asks for a flood (RFC 4443 section 4.2 leaves it open).
        if (Groups.isGroup(high) || IpAddress.isAny(sourceHigh, sourceLow)) {
          counters.drop(Drop.ICMP_UNANSWERED, worker, batch, i);
        } else {
          answer(port, batch, i, IcmpHeader.ECHO_REPLY_6, sourceHigh, sourceLow, high, low);
        }
      }
      case IcmpHeader.ECHO_REPLY_6 -> replied(batch, i, sourceHigh, sourceLow, Ip6Header.hopLimit(m, ip));
      case IcmpHeader.NEIGHBOR_SOLICITATION_6, IcmpHeader.NEIGHBOR_ADVERTISEMENT_6 -> {
        if (wasFragment) {
          counters.drop(Drop.ND_FRAGMENTED, worker, batch, i);
        } else {
          nd.accept(port, batch, i);
        }
      }
      case IcmpHeader.ROUTER_ADVERTISEMENT_6 -> {
        if (wasFragment) {
          counters.drop(Drop.ND_FRAGMENTED, worker, batch, i);
        } else {
          nd.routerAdvertised(port, batch, i);
        }
      }
      case IcmpHeader.UNREACHABLE_6, IcmpHeader.PACKET_TOO_BIG_6, IcmpHeader.TIME_EXCEEDED_6,
          IcmpHeader.PARAMETER_PROBLEM_6 -> errors.accept(port, now, batch, i, false);
      default -> counters.drop(Drop.ICMP_UNHANDLED, worker, batch, i);
    }
  }

  /** Otherwise it is counted and dropped. */
  private boolean isIntact(PacketBatch batch, int i, int pseudoSum) {
    MemorySegment m = batch.pool(i).memory();
    long at = batch.offset(i) + batch.l4Offset(i);
    int length = batch.length(i) - batch.l4Offset(i);
    int result = IcmpHeader.validate(m, at, length);
    if (result < 0) {
      counters.drop(Layer.ICMP, result, worker, batch, i);
      return false;
    }
    if ((batch.flags(i) & CHECKSUM_KNOWN) == 0
        && InternetChecksum.add(pseudoSum, InternetChecksum.sum(m, at, length)) != InternetChecksum.VALID) {
      counters.drop(Drop.ICMP_BAD_CHECKSUM, worker, batch, i);
      return false;
    }
    return true;
  }

  /** Sends the message back with another type, from the address that was asked (RFC 1122 section 3.2.2.6). */
  private void answer(
      Port port, PacketBatch batch, int i, int type, long toHigh, long toLow, long fromHigh, long fromLow) {
    boolean ip4 = IpAddress.isIp4(toHigh, toLow);
    int link = Scopes.isLinkLocal(toHigh, toLow) || port.loop ? port.index : Endpoint.ANY_INTERFACE;
    StackPath path = paths.acquire(toHigh, toLow, fromHigh, fromLow, port.table(ip4), link, 0,
        ip4 ? IcmpHeader.PROTOCOL_4 : IcmpHeader.PROTOCOL_6);
    boolean sent = path != null && send(path, batch, i, type,
        ip4 ? 0 : InternetChecksum.pseudo6(fromHigh, fromLow, toHigh, toLow, IcmpHeader.PROTOCOL_6,
            batch.length(i) - batch.l4Offset(i)));
    if (path != null) {
      path.release();
    }
    if (sent) {
      counters.echoes.increment(worker);
      batch.pool(i).release(batch.offset(i));
    } else {
      counters.drop(Drop.ICMP_UNANSWERED, worker, batch, i);
    }
  }

  private boolean send(StackPath path, PacketBatch batch, int i, int type, int pseudoSum) {
    int length = batch.length(i) - batch.l4Offset(i);
    if (length > path.mtuBytes() || path.allocate(reply, 1) == 0) {
      return false;
    }
    MemorySegment from = batch.pool(i).memory();
    long at = batch.offset(i) + batch.l4Offset(i);
    MemorySegment to = reply.pool(0).memory();
    long out = reply.offset(0);
    MemorySegment.copy(from, at, to, out, length);
    IcmpHeader.write(to, out, type, 0, IcmpHeader.identifier(from, at) << Short.SIZE | IcmpHeader.sequence(from, at));
    IcmpHeader.fillChecksum(to, out, length, pseudoSum);
    reply.bounds(0, out, length);
    return path.send(reply) == 1;
  }

  private void replied(PacketBatch batch, int i, long high, long low, int ttl) {
    MemorySegment m = batch.pool(i).memory();
    long at = batch.offset(i) + batch.l4Offset(i);
    int bytes = batch.length(i) - batch.l4Offset(i);
    Pings.@Nullable Waiting ping = pings.find(IcmpHeader.identifier(m, at), high, low);
    if (ping == null) {
      counters.drop(Drop.ICMP_UNEXPECTED_REPLY, worker, batch, i);
      return;
    }
    counters.replies.increment(worker);
    pings.onReply(ping, IcmpHeader.sequence(m, at), bytes, ttl);
    batch.pool(i).release(batch.offset(i));
  }
}
