package org.sluice.fuzz;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.sluice.spi.header.ArpHeader;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Extensions;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.TcpOptions;
import org.sluice.spi.header.UdpHeader;
import org.sluice.spi.network.IpAddress;

/** Valid packets of every kind, for each target as its inputs are made. */
final class Seeds {
  private static final int UNIT = 8;
  private static final int ACK = TcpHeader.ACK;
  private static final byte[] NONE = {};
  private static final int ECHO = 0x1234_0001;
  private static final byte[] UDP = Packets.join(Packets.bytes(4, 0, 0, 80, 0, 24, 0, 0), Packets.text(16));

  private Seeds() {}

  private static byte[] after(byte[] packet, int bytes) {
    byte[] rest = new byte[packet.length - bytes];
    System.arraycopy(packet, bytes, rest, 0, rest.length);
    return rest;
  }

  static List<byte[]> ethernet() {
    return List.of(Packets.frame(EthernetHeader.TYPE_IP4, Card.MAC, UDP),
        Packets.frame(EthernetHeader.TYPE_IP6, EthernetHeader.BROADCAST, UDP),
        Packets.frame(UDP.length, Card.MAC, UDP));
  }

  // ---- ARP.

  static List<byte[]> arp() {
    return List.of(
        Packets.arp(ArpHeader.REQUEST, Packets.PEER_MAC, Packets.PEER, 0, Packets.HOST),
        Packets.arp(ArpHeader.REPLY, Packets.PEER_MAC, Packets.PEER, Card.MAC, Packets.HOST),
        // Gratuitous, a probe, and one that claims our address.
        Packets.arp(ArpHeader.REQUEST, Packets.PEER_MAC, Packets.PEER, 0, Packets.PEER),
        Packets.arp(ArpHeader.REQUEST, Packets.PEER_MAC, IpAddress.ANY_IP4, 0, Packets.HOST),
        Packets.arp(ArpHeader.REQUEST, Packets.PEER_MAC, Packets.HOST, 0, Packets.HOST));
  }

  // ---- IP.

  private static byte[] fragment4(int position, boolean more, int length) {
    return Packets.ip4(UdpHeader.PROTOCOL, Packets.PEER, Packets.HOST, 7,
        position / UNIT | (more ? Ip4Header.MORE_FRAGMENTS : 0), Packets.text(length));
  }

  private static byte[] withOptions4() {
    byte[] packet = Packets.join(Packets.ip(UdpHeader.PROTOCOL, Packets.PEER, Packets.HOST, NONE),
        Packets.bytes(7, 7, 4, 10, 0, 0, 9, 0), UDP);
    packet[0] = 0x47;
    packet[3] = (byte) packet.length;
    return packet;
  }

  static List<byte[]> ip4() {
    byte[] first = fragment4(0, true, 64);
    byte[] middle = fragment4(64, true, 64);
    byte[] last = fragment4(128, false, 20);
    return List.of(
        Pieces.of(Packets.ip(UdpHeader.PROTOCOL, Packets.PEER, Packets.HOST, UDP), withOptions4()),
        Pieces.of(first, middle, last),
        Pieces.of(last, first, first, middle),
        Pieces.of(first, fragment4(56, true, 64), last),
        Pieces.of(fragment4(65_528, false, 7), first));
  }

  private static byte[] fragment6(int position, boolean more, int length) {
    return Packets.ip6(Ip6Extensions.FRAGMENT, Packets.PEER_6, Packets.HOST_6, 64,
        Packets.join(Packets.fragmentHeader(UdpHeader.PROTOCOL, position, more, 7), Packets.text(length)));
  }

  private static byte[] chain6(int... headers) {
    byte[] payload = NONE;
    for (int i = 1; i < headers.length; i++) {
      payload = Packets.join(payload, headers[i - 1] == Ip6Extensions.FRAGMENT
          ? Packets.fragmentHeader(headers[i], 0, false, 9) : Packets.extension(headers[i]));
    }
    return Packets.ip6(headers[0], Packets.PEER_6, Packets.HOST_6, 64, Packets.join(payload, UDP));
  }

  static List<byte[]> ip6() {
    byte[] first = fragment6(0, true, 64);
    byte[] middle = fragment6(64, true, 64);
    byte[] last = fragment6(128, false, 20);
    return List.of(
        Pieces.of(Packets.ip(UdpHeader.PROTOCOL, Packets.PEER_6, Packets.HOST_6, UDP)),
        Pieces.of(chain6(Ip6Extensions.HOP_BY_HOP, Ip6Extensions.ROUTING, Ip6Extensions.DESTINATION_OPTIONS,
            UdpHeader.PROTOCOL)),
        Pieces.of(chain6(Ip6Extensions.HOP_BY_HOP, Ip6Extensions.FRAGMENT, Ip6Extensions.DESTINATION_OPTIONS,
            UdpHeader.PROTOCOL), chain6(Ip6Extensions.FRAGMENT, Ip6Extensions.FRAGMENT, UdpHeader.PROTOCOL)),
        Pieces.of(first, middle, last),
        Pieces.of(last, first, first, middle),
        Pieces.of(first, fragment6(56, true, 64), last),
        Pieces.of(fragment6(65_528, false, 7), first));
  }

  // ---- ICMP.

  /** What a stack may have sent on a connection, as somebody quotes it. */
  private static byte[] quoted(IpAddress from, IpAddress to) {
    return Packets.tcp(from, StackWorld.SERVING, to, 1000, 1, Flow.PEER_ISS, ACK, NONE, Packets.text(8));
  }

  private static List<byte[]> messages4() {
    byte[] quoted = quoted(Packets.HOST, Packets.PEER);
    return List.of(
        Packets.icmp4(IcmpHeader.ECHO_REQUEST, 0, ECHO, Packets.text(32)),
        Packets.icmp4(IcmpHeader.ECHO_REPLY, 0, ECHO, Packets.text(32)),
        Packets.icmp4(IcmpHeader.UNREACHABLE, 3, 0, quoted),
        Packets.icmp4(IcmpHeader.UNREACHABLE, IcmpHeader.FRAGMENTATION_NEEDED, 576, quoted),
        Packets.icmp4(IcmpHeader.UNREACHABLE, IcmpHeader.FRAGMENTATION_NEEDED, 0, quoted),
        Packets.icmp4(IcmpHeader.TIME_EXCEEDED, 1, 0, quoted),
        Packets.icmp4(IcmpHeader.PARAMETER_PROBLEM, 0, 0, quoted));
  }

  private static List<byte[]> messages6() {
    byte[] quoted = quoted(Packets.HOST_6, Packets.PEER_6);
    List<byte[]> all = new ArrayList<>();
    all.add(message6(IcmpHeader.ECHO_REQUEST_6, 0, ECHO, Packets.text(32)));
    all.add(message6(IcmpHeader.ECHO_REPLY_6, 0, ECHO, Packets.text(32)));
    all.add(message6(IcmpHeader.UNREACHABLE_6, 4, 0, quoted));
    all.add(message6(IcmpHeader.PACKET_TOO_BIG_6, 0, 1280, quoted));
    all.add(message6(IcmpHeader.TIME_EXCEEDED_6, 0, 0, quoted));
    all.add(message6(IcmpHeader.PARAMETER_PROBLEM_6, 1, 40, quoted));
    all.add(message6(IcmpHeader.PACKET_TOO_BIG_6, 0, 1280, chain6(Ip6Extensions.FRAGMENT,
        Ip6Extensions.DESTINATION_OPTIONS, UdpHeader.PROTOCOL)));
    return all;
  }

  private static byte[] message6(int type, int code, int rest, byte[] body) {
    return Packets.icmp6(Packets.PEER_6, Packets.HOST_6, type, code, rest, body);
  }

  static List<byte[]> icmp4() {
    List<byte[]> all = new ArrayList<>();
    messages4().forEach(packet -> all.add(Pieces.of(after(packet, 20), packet)));
    return all;
  }

  static List<byte[]> icmp6() {
    List<byte[]> all = new ArrayList<>();
    messages6().forEach(packet -> all.add(Pieces.of(after(packet, 40), packet)));
    all.add(Pieces.of(chain6(Ip6Extensions.HOP_BY_HOP, Ip6Extensions.FRAGMENT, UdpHeader.PROTOCOL)));
    return all;
  }

  // ---- Neighbour discovery.

  private static byte[] prefixOption(int flags, int validSeconds, int preferredSeconds) {
    return Packets.join(Packets.bytes(3, 4, 64, flags, 0, 0, validSeconds >>> 8, validSeconds, 0, 0,
        preferredSeconds >>> 8, preferredSeconds, 0, 0, 0, 0), Packets.address(IpAddress.parse("2001:db8::")));
  }

  private static byte[] routerAdvertisement(int lifeSeconds, byte[]... options) {
    byte[] body = Packets.join(new byte[8], Packets.join(options));
    return Packets.icmp6(Packets.LINK_PEER, Packets.ALL_NODES, IcmpHeader.ROUTER_ADVERTISEMENT_6, 0,
        64 << 24 | lifeSeconds, body);
  }

  private static byte[] solicitation(IpAddress from, IpAddress target, byte[] options) {
    return Packets.icmp6(from, target, IcmpHeader.NEIGHBOR_SOLICITATION_6, 0, 0,
        Packets.join(Packets.address(target), options));
  }

  private static byte[] advertisement(IpAddress from, int flags, byte[] options) {
    return Packets.icmp6(from, Packets.HOST_6, IcmpHeader.NEIGHBOR_ADVERTISEMENT_6, 0, flags,
        Packets.join(Packets.address(from), options));
  }

  private static List<byte[]> discovery() {
    byte[] mtu = Packets.bytes(5, 1, 0, 0, 0, 0, 5, 120);
    byte[] nonce = Packets.bytes(14, 1, 1, 2, 3, 4, 5, 6);
    return List.of(
        solicitation(Packets.PEER_6, Packets.HOST_6, Packets.linkOption(1)),
        solicitation(IpAddress.ANY_IP6, Packets.HOST_6, nonce),
        advertisement(Packets.PEER_6, 0x6000_0000, Packets.linkOption(2)),
        advertisement(Packets.HOST_6, 0x2000_0000, Packets.linkOption(2)),
        Packets.icmp6(Packets.LINK_PEER, Packets.ALL_NODES, IcmpHeader.ROUTER_SOLICITATION_6, 0, 0,
            Packets.linkOption(1)),
        routerAdvertisement(1800, Packets.linkOption(1), mtu, prefixOption(0xc0, 7200, 3600)),
        routerAdvertisement(0, prefixOption(0xc0, 0, 0)));
  }

  static List<byte[]> nd() {
    List<byte[]> all = new ArrayList<>();
    discovery().forEach(packet -> all.add(Pieces.of(after(packet, 40))));
    byte[] come = after(routerAdvertisement(9, prefixOption(0x80, 20, 10), prefixOption(0x40, 20, 10)), 40);
    byte[] gone = after(routerAdvertisement(0, prefixOption(0xc0, 0, 0)), 40);
    all.add(Pieces.of(come, come, come, gone));
    return all;
  }

  // ---- TCP.

  private static byte[] sackOption(int... edges) {
    byte[] option = Packets.bytes(1, 1, TcpOptions.SACK, 2 + Integer.BYTES * edges.length);
    for (int edge : edges) {
      option = Packets.join(option, Packets.bytes(edge >>> 24, edge >>> 16, edge >>> 8, edge));
    }
    return option;
  }

  private static byte[] synOptions() {
    return Packets.join(Packets.bytes(2, 4, 5, 0xb4, 1, 3, 3, 7, 4, 2, 1, 1), Flow.timestamps());
  }

  private static byte[] segment(IpAddress from, IpAddress to, int seq, int ack, int flags, byte[] options,
      byte[] payload) {
    return Packets.tcp(from, 2000, to, StackWorld.SERVING, seq, ack, flags, options, payload);
  }

  static List<byte[]> tcp() {
    List<byte[]> all = new ArrayList<>();
    for (byte[] options : new byte[][] {NONE, synOptions(), Flow.timestamps(), sackOption(1, 9, 17, 25, 33, 41, 49, 57),
        Packets.bytes(1, 0, 9, 9), Packets.bytes(TcpOptions.MSS, 3, 0, 0, 30, 2, 0, 0)}) {
      all.add(after(segment(Packets.PEER, Packets.HOST, 1, 1, ACK, options, Packets.text(8)), 20));
    }
    return all;
  }

  // ---- The whole stack.

  static List<byte[]> stack() {
    List<byte[]> all = new ArrayList<>();
    for (byte[] one : arp()) {
      all.add(StackFuzzer.frame(0, Packets.frame(EthernetHeader.TYPE_ARP, EthernetHeader.BROADCAST, one)));
    }
    messages4().forEach(packet -> all.add(ofConnection(StackWorld.ESTABLISHED, 0, packet)));
    messages6().forEach(packet -> all.add(ofConnection(StackWorld.ESTABLISHED_6, 0, packet)));
    discovery().forEach(packet -> all.add(StackFuzzer.frame(1 << StackFuzzer.WAIT_SHIFT, Packets.frame(packet))));
    all.add(ofPieces(ip4()));
    all.add(ofPieces(ip6()));
    all.add(StackFuzzer.frame(1 << StackFuzzer.WAIT_SHIFT,
        Packets.frame(segment(Packets.PEER, Packets.HOST, 1, 0, TcpHeader.SYN, synOptions(), NONE))));
    for (int phase = StackWorld.ESTABLISHED; phase < StackWorld.WITNESS; phase++) {
      all.addAll(aboutConnection(phase));
    }
    return all;
  }

  private static byte[] ofPieces(List<byte[]> inputs) {
    List<byte[]> frames = new ArrayList<>();
    inputs.forEach(input -> Pieces.forEach(input, m -> frames.add(StackFuzzer.frame(StackFuzzer.CHECKSUM_GOOD,
        Packets.frame(m.toArray(ValueLayout.JAVA_BYTE))))));
    return Packets.join(frames.toArray(byte[][]::new));
  }

  private static byte[] ofConnection(int phase, int wait, byte[] packet) {
    return StackFuzzer.frame(StackFuzzer.CHECKSUM_GOOD | StackFuzzer.RELOCATED | phase << StackFuzzer.PHASE_SHIFT
        | wait << StackFuzzer.WAIT_SHIFT, Packets.frame(packet));
  }

  private static List<byte[]> aboutConnection(int phase) {
    IpAddress from = phase == StackWorld.ESTABLISHED_6 ? Packets.PEER_6 : Packets.PEER;
    IpAddress to = phase == StackWorld.ESTABLISHED_6 ? Packets.HOST_6 : Packets.HOST;
    int next = Flow.PEER_ISS + 1;
    byte[] stamps = Flow.timestamps();
    byte[] data = segment(from, to, next, 1, ACK | TcpHeader.PSH, stamps, Packets.text(600));
    byte[] gap = segment(from, to, next + 1200, 1, ACK, stamps, Packets.text(300));
    byte[] sacked = segment(from, to, next, 1, ACK, Packets.join(stamps, sackOption(1001, 2001)), NONE);
    byte[] all = segment(from, to, next, 1 + StackWorld.IN_FLIGHT_BYTES, ACK, stamps, NONE);
    byte[] fin = segment(from, to, next, 1 + StackWorld.IN_FLIGHT_BYTES, ACK | TcpHeader.FIN, stamps, NONE);
    byte[] closed = segment(from, to, next, 2, ACK | TcpHeader.FIN, stamps, NONE);
    byte[] reset = segment(from, to, next, 1, TcpHeader.RST, NONE, NONE);
    byte[] blind = segment(from, to, next + 100, 1, TcpHeader.RST | ACK, NONE, NONE);
    byte[] syn = segment(from, to, Flow.PEER_ISS, 0, TcpHeader.SYN, synOptions(), NONE);
    byte[] synAck = segment(from, to, Flow.PEER_ISS, 1, TcpHeader.SYN | ACK, synOptions(), NONE);
    return List.of(
        Packets.join(ofConnection(phase, 0, data), ofConnection(phase, 0, gap), ofConnection(phase, 1, data)),
        Packets.join(ofConnection(phase, 0, sacked), ofConnection(phase, 0, sacked), ofConnection(phase, 2, sacked),
            ofConnection(phase, 3, all)),
        Packets.join(ofConnection(phase, 0, all), ofConnection(phase, 2, fin)),
        Packets.join(ofConnection(phase, 2, closed), ofConnection(phase, 0, closed)),
        Packets.join(ofConnection(phase, 0, blind), ofConnection(phase, 1, reset)),
        Packets.join(ofConnection(phase, 0, syn), ofConnection(phase, 2, syn)),
        Packets.join(ofConnection(phase, 0, synAck), ofConnection(phase, 1, data)));
  }
}
