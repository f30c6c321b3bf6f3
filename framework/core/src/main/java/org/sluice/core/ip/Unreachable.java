package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.core.network.NetInterface;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.ProtocolInput;
import org.sluice.spi.nic.PacketBatch;

/** Tells a protocol that a packet of its own did not leave because the next hop does not answer. */
final class Unreachable {
  private final Protocols protocols;
  private final Pings pings;

  Unreachable(Protocols protocols, Pings pings) {
    this.protocols = protocols;
    this.pings = pings;
  }

  /** A whole frame that was to be sent, as {@link StackPath} wrote it. */
  void report(NetInterface egress, PacketBatch batch, int i) {
    MemorySegment m = batch.pool(i).memory();
    long ip = batch.offset(i) + EthernetHeader.LENGTH;
    boolean ip4 = EthernetHeader.type(m, batch.offset(i)) == EthernetHeader.TYPE_IP4;
    int header = ip4 ? Ip4Header.MIN_LENGTH : Ip6Header.LENGTH;
    if (batch.length(i) < EthernetHeader.LENGTH + header + IcmpHeader.LENGTH) {
      return;
    }
    int protocol = ip4 ? Ip4Header.protocol(m, ip) : Ip6Header.nextHeader(m, ip);
    long l4 = ip + header;
    if (protocol == IcmpHeader.PROTOCOL_4 || protocol == IcmpHeader.PROTOCOL_6) {
      pings.onUnreachable(IcmpHeader.identifier(m, l4), IcmpHeader.sequence(m, l4));
      return;
    }
    Protocols.@Nullable Entry entry = protocols.find(protocol);
    if (entry == null) {
      return;
    }
    IpAddress local = ip4
        ? IpAddress.ofIp4(Ip4Header.source(m, ip))
        : new IpAddress(Ip6Header.sourceHigh(m, ip), Ip6Header.sourceLow(m, ip));
    IpAddress remote = ip4
        ? IpAddress.ofIp4(Ip4Header.destination(m, ip))
        : new IpAddress(Ip6Header.destinationHigh(m, ip), Ip6Header.destinationLow(m, ip));
    IcmpError error = new IcmpError(IcmpError.Kind.HOST_UNREACHABLE, local, remote, TcpHeader.sourcePort(m, l4),
        TcpHeader.destinationPort(m, l4), TcpHeader.sequence(m, l4), 0, egress.table(ip4));
    ProtocolInput input = entry.input();
    try {
      input.onIcmpError(error);
    } catch (Throwable fault) {
      entry.faults().caught("onIcmpError", fault);
    }
  }
}
