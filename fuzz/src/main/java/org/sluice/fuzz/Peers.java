package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.ArpHeader;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.NeighborHeader;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.network.IpAddress;

/** Whoever else is on the wire: answers for hardware addresses, and remembers what connections were told. */
final class Peers {
  private static final int SOLICITED_OVERRIDE = 0x6000_0000;

  final List<Flow> flows = new ArrayList<>();
  private final Set<IpAddress> living;
  private final List<byte[]> answers = new ArrayList<>();
  private long sentBytes;

  Peers(Set<IpAddress> living) {
    this.living = living;
  }

  long sentBytes() {
    return sentBytes;
  }

  /** Takes the answers that are to arrive now. */
  List<byte[]> takeAnswers() {
    List<byte[]> taken = List.copyOf(answers);
    answers.clear();
    return taken;
  }

  /** Takes a frame of the stack's. */
  void sent(byte[] frame) {
    SentFrames.require(frame);
    sentBytes += frame.length;
    MemorySegment m = MemorySegment.ofArray(frame);
    int at = EthernetHeader.LENGTH;
    switch (EthernetHeader.type(m, 0)) {
      case EthernetHeader.TYPE_ARP -> arp(m, at);
      case EthernetHeader.TYPE_IP4 -> {
        int header = Ip4Header.headerLength(m, at);
        if (Ip4Header.protocol(m, at) == TcpHeader.PROTOCOL && !Ip4Header.isFragment(m, at)) {
          tcp(IpAddress.ofIp4(Ip4Header.destination(m, at)), m, at + header,
              Ip4Header.totalLength(m, at) - header);
        }
      }
      default -> ip6(m, at);
    }
  }

  private void arp(MemorySegment m, int at) {
    IpAddress target = IpAddress.ofIp4(ArpHeader.targetProtocol(m, at));
    if (ArpHeader.operation(m, at) == ArpHeader.REQUEST && living.contains(target)) {
      IpAddress asking = IpAddress.ofIp4(ArpHeader.senderProtocol(m, at));
      answers.add(Packets.frame(EthernetHeader.TYPE_ARP, Card.MAC,
          Packets.arp(ArpHeader.REPLY, Packets.PEER_MAC, target, Card.MAC, asking)));
    }
  }

  private void ip6(MemorySegment m, int at) {
    IpAddress source = new IpAddress(Ip6Header.sourceHigh(m, at), Ip6Header.sourceLow(m, at));
    IpAddress destination = new IpAddress(Ip6Header.destinationHigh(m, at), Ip6Header.destinationLow(m, at));
    int payload = at + Ip6Header.LENGTH;
    if (Ip6Header.nextHeader(m, at) == TcpHeader.PROTOCOL) {
      tcp(destination, m, payload, Ip6Header.payloadLength(m, at));
    } else if (Ip6Header.nextHeader(m, at) == IcmpHeader.PROTOCOL_6
        && IcmpHeader.type(m, payload) == IcmpHeader.NEIGHBOR_SOLICITATION_6) {
      IpAddress target = new IpAddress(NeighborHeader.targetHigh(m, payload), NeighborHeader.targetLow(m, payload));
      if (living.contains(target) && !source.isAny()) {
        answers.add(Packets.frame(Packets.icmp6(target, source, IcmpHeader.NEIGHBOR_ADVERTISEMENT_6, 0,
            SOLICITED_OVERRIDE,
            Packets.join(Packets.address(target), Packets.linkOption(NeighborHeader.TARGET_LINK_OPTION)))));
      }
    }
  }

  private void tcp(IpAddress peer, MemorySegment m, int tcp, int length) {
    Flow flow = find(peer, TcpHeader.destinationPort(m, tcp));
    if (flow != null) {
      if (flow.hostPort == 0) {
        flow.hostPort = TcpHeader.sourcePort(m, tcp);
      }
      if (flow.hostPort == TcpHeader.sourcePort(m, tcp)) {
        flow.sent(m, tcp, length);
      }
    }
  }

  /** The connection of a peer's port. */
  @Nullable Flow find(IpAddress peer, int peerPort) {
    for (Flow flow : flows) {
      if (flow.peerPort == peerPort && flow.peer.equals(peer)) {
        return flow;
      }
    }
    return null;
  }
}
