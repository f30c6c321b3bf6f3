package org.sluice.core.ip;

/** Why a packet is dropped, beside the faults of its headers. Each has a counter. */
enum Drop {
  LINK_MULTI_BUFFER("link.drop.multi-buffer", "Frames of packets in several that could not be put together"),
  LINK_OTHER_STATION("link.drop.other-station", "Received frames for another hardware address"),
  LINK_UNKNOWN_TYPE("link.drop.unknown-type", "Received frames that are neither IPv4, IPv6 nor ARP"),
  LINK_OUTDATED("link.drop.outdated", "Packets sent by a path or for an interface that is no more"),
  LINK_QUEUE_FULL("link.drop.queue-full", "Packets that found no slot in the card's transmit queue"),
  HAND_OVER_FULL("link.drop.hand-over-full", "Packets for another worker that had no room for them"),
  ARP_BAD_SENDER("arp.drop.bad-sender", "ARP packets whose sender is no station of the link"),
  ARP_OWN("arp.drop.own", "ARP packets of our own that the link gave back"),
  ARP_CONFLICT("arp.drop.conflict", "ARP packets of a station that claims one of our addresses"),
  IP4_BAD_CHECKSUM("ip4.drop.bad-checksum", "IPv4 packets with a wrong header checksum"),
  IP4_BAD_SOURCE("ip4.drop.bad-source", "IPv4 packets from an address that nobody can have"),
  IP4_NOT_OURS("ip4.drop.not-ours", "IPv4 packets for addresses that are not ours"),
  IP4_LINK_BROADCAST("ip4.drop.link-broadcast", "IPv4 packets for one address in a frame for many"),
  IP4_TOO_BIG("ip4.drop.too-big", "IPv4 packets to send that are larger than their path allows"),
  IP6_BAD_SOURCE("ip6.drop.bad-source", "IPv6 packets from an address that nobody can have"),
  IP6_NOT_OURS("ip6.drop.not-ours", "IPv6 packets for addresses that are not ours"),
  IP6_LINK_BROADCAST("ip6.drop.link-broadcast", "IPv6 packets for one address in a frame for many"),
  IP6_NESTED_FRAGMENT("ip6.drop.nested-fragment", "IPv6 packets that are fragments of fragments"),
  IP6_BAD_EXTENSION("ip6.drop.bad-extension",
      "IPv6 packets with an option that must be known, a route that leads on, or headers out of order"),
  IP6_TOO_BIG("ip6.drop.too-big", "IPv6 packets to send that are larger than their path allows"),
  IP_UNKNOWN_PROTOCOL("ip.drop.unknown-protocol", "Packets of a protocol that nobody serves"),
  ICMP_BAD_CHECKSUM("icmp.drop.bad-checksum", "ICMP messages with a wrong checksum"),
  ICMP_UNHANDLED("icmp.drop.unhandled", "ICMP messages of a type that is not acted on"),
  ICMP_UNEXPECTED_REPLY("icmp.drop.unexpected-reply", "Echo replies that no ping waits for"),
  ICMP_UNANSWERED("icmp.drop.unanswered", "Echo requests whose sender there is no way or no frame to"),
  ICMP_ERROR_NOT_OURS("icmp.drop.error-not-ours", "ICMP errors about packets that nobody here can have sent"),
  ICMP_ERROR_UNSENT("icmp.error-unsent", "ICMP errors whose receiver there is no way or no frame to"),
  ND_FRAGMENTED("nd.drop.fragmented", "Neighbour discovery messages that came in fragments (RFC 6980)"),
  ND_NO_AUTOCONF("nd.drop.no-autoconf", "Router advertisements of links whose routers are not listened to"),
  ND_ADDRESS_REFUSED("nd.address-refused", "Addresses of router advertisements that an interface could not take"),
  ND_ADVERTISEMENT_LIMIT("nd.drop.advertisement-limit", "Router advertisements ignored because of their rate"),
  ND_LOW_HOP_LIMIT("nd.low-hop-limit", "Hop limits of router advertisements that are too small to be believed"),
  ND_INVALID("nd.drop.invalid", "Neighbour discovery messages that a receiver has to ignore (RFC 4861 section 7.1)"),
  ND_UNKNOWN("nd.drop.unknown", "Advertisements of neighbours that nobody asked for"),
  ND_CONFLICT("nd.drop.conflict", "Advertisements of a station that claims one of our addresses"),
  NEIGHBOR_QUEUE("neighbor.drop.queue-full", "Packets that made room for others while they waited for a neighbour"),
  NEIGHBOR_WAITING("neighbor.drop.waiting-limit",
      "Packets that made room for others because as many as may be waited for neighbours"),
  NEIGHBOR_UNREACHABLE("neighbor.drop.unreachable", "Packets whose next hop did not answer"),
  NEIGHBOR_LIMIT("neighbor.limit",
      "Neighbours refused, or given up before they answered, because there are as many as may be"),
  NEIGHBOR_EVICTED("neighbor.drop.limit", "Packets that waited for a neighbour which made room for another one"),
  NEIGHBOR_RATE("neighbor.request-limit", "Requests for neighbours not sent because of their rate");

  final String counter;
  final String description;

  Drop(String counter, String description) {
    this.counter = counter;
    this.description = description;
  }
}
