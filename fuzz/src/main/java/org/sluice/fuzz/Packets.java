package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.header.ArpHeader;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.network.IpAddress;

/** Valid packets, with right lengths and checksums, for seeds and for what talks to the stack. */
final class Packets {
  static final long PEER_MAC = 0x02_00_00_00_00_02L;
  static final IpAddress HOST = IpAddress.parse("10.0.0.1");
  static final IpAddress PEER = IpAddress.parse("10.0.0.2");
  static final IpAddress HOST_6 = IpAddress.parse("fd00::1");
  static final IpAddress PEER_6 = IpAddress.parse("fd00::2");
  static final IpAddress LINK_HOST = IpAddress.parse("fe80::1");
  static final IpAddress LINK_PEER = IpAddress.parse("fe80::2");
  static final IpAddress ALL_NODES = IpAddress.parse("ff02::1");

  private static final long ALL_NODES_MAC = 0x3333_0000_0001L;
  private static final int TTL = 64;
  private static final int WINDOW = 0x8000;
  private static final int ND_HOP_LIMIT = 255;

  private Packets() {}

  static byte[] join(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** Bytes written as numbers. */
  static byte[] bytes(int... values) {
    byte[] all = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      all[i] = (byte) values[i];
    }
    return all;
  }

  /** Text-like bytes of some length. */
  static byte[] text(int length) {
    byte[] all = new byte[length];
    for (int i = 0; i < length; i++) {
      all[i] = (byte) ('a' + i % 26);
    }
    return all;
  }

  // ---- Link.

  /** A frame from the peer with an IP packet. */
  static byte[] frame(byte[] packet) {
    boolean ip4 = (packet[0] & 0xf0) == 0x40;
    return frame(ip4 ? EthernetHeader.TYPE_IP4 : EthernetHeader.TYPE_IP6,
        !ip4 && packet[24] == -1 ? ALL_NODES_MAC : Card.MAC, packet);
  }

  static byte[] frame(int type, long destination, byte[] payload) {
    byte[] head = new byte[EthernetHeader.LENGTH];
    EthernetHeader.write(MemorySegment.ofArray(head), 0, destination, PEER_MAC, type);
    return join(head, payload);
  }

  static byte[] arp(int operation, long senderMac, IpAddress sender, long targetMac, IpAddress target) {
    byte[] all = new byte[ArpHeader.LENGTH];
    MemorySegment m = MemorySegment.ofArray(all);
    ArpHeader.write(m, 0, operation);
    ArpHeader.sender(m, 0, senderMac, sender.low());
    ArpHeader.target(m, 0, targetMac, target.low());
    return all;
  }

  // ---- IP.

  /** A packet of the family of the addresses. */
  static byte[] ip(int protocol, IpAddress source, IpAddress destination, byte[] payload) {
    return source.isIp4()
        ? ip4(protocol, source, destination, 1, 0, payload)
        : ip6(protocol, source, destination, TTL, payload);
  }

  static byte[] ip4(
      int protocol, IpAddress source, IpAddress destination, int identification, int fragment, byte[] payload) {
    byte[] head = new byte[Ip4Header.MIN_LENGTH];
    MemorySegment m = MemorySegment.ofArray(head);
    Ip4Header.write(m, 0, head.length + payload.length, 0, TTL, protocol);
    Ip4Header.addresses(m, 0, source.low(), destination.low());
    Ip4Header.fragment(m, 0, identification, fragment);
    Ip4Header.fillChecksum(m, 0);
    return join(head, payload);
  }

  static byte[] ip6(int next, IpAddress source, IpAddress destination, int hopLimit, byte[] payload) {
    byte[] head = new byte[Ip6Header.LENGTH];
    MemorySegment m = MemorySegment.ofArray(head);
    Ip6Header.write(m, 0, 0, payload.length, next, hopLimit);
    Ip6Header.source(m, 0, source.high(), source.low());
    Ip6Header.destination(m, 0, destination.high(), destination.low());
    return join(head, payload);
  }

  /** An extension header of 8 bytes that is followed by another header. */
  static byte[] extension(int next) {
    return bytes(next, 0, 1, 4, 0, 0, 0, 0);
  }

  static byte[] fragmentHeader(int next, int position, boolean more, int identification) {
    return bytes(next, 0, position >>> 8, position | (more ? 1 : 0), identification >>> 24, identification >>> 16,
        identification >>> 8, identification);
  }

  // ---- ICMP.

  /** A message between host and peer in its packet. */
  static byte[] icmp4(int type, int code, int rest, byte[] body) {
    byte[] all = join(new byte[IcmpHeader.LENGTH], body);
    MemorySegment m = MemorySegment.ofArray(all);
    IcmpHeader.write(m, 0, type, code, rest);
    IcmpHeader.fillChecksum(m, 0, all.length, 0);
    return ip(IcmpHeader.PROTOCOL_4, PEER, HOST, all);
  }

  static byte[] icmp6(IpAddress from, IpAddress to, int type, int code, int rest, byte[] body) {
    byte[] all = join(new byte[IcmpHeader.LENGTH], body);
    MemorySegment m = MemorySegment.ofArray(all);
    IcmpHeader.write(m, 0, type, code, rest);
    IcmpHeader.fillChecksum(m, 0, all.length, pseudoSum(IcmpHeader.PROTOCOL_6, from, to, all.length));
    return ip6(IcmpHeader.PROTOCOL_6, from, to, ND_HOP_LIMIT, all);
  }

  static byte[] address(IpAddress address) {
    byte[] all = new byte[2 * Long.BYTES];
    for (int i = 0; i < Long.BYTES; i++) {
      all[i] = (byte) (address.high() >>> 56 - 8 * i);
      all[Long.BYTES + i] = (byte) (address.low() >>> 56 - 8 * i);
    }
    return all;
  }

  /** The option of neighbour discovery that names the peer's hardware. */
  static byte[] linkOption(int type) {
    return bytes(type, 1, 2, 0, 0, 0, 0, 2);
  }

  // ---- TCP.

  /** A segment in its packet. */
  static byte[] tcp(IpAddress from, int fromPort, IpAddress to, int toPort, int seq, int ack, int flags, byte[] options,
      byte[] payload) {
    byte[] all = join(new byte[TcpHeader.MIN_LENGTH], options, payload);
    MemorySegment m = MemorySegment.ofArray(all);
    TcpHeader.ports(m, 0, fromPort, toPort);
    TcpHeader.sequences(m, 0, seq, ack);
    TcpHeader.control(m, 0, TcpHeader.MIN_LENGTH + options.length, flags, WINDOW);
    TcpHeader.fillChecksum(m, 0, all.length, pseudoSum(TcpHeader.PROTOCOL, from, to, all.length));
    return ip(TcpHeader.PROTOCOL, from, to, all);
  }

  static int pseudoSum(int protocol, IpAddress from, IpAddress to, int length) {
    return from.isIp4()
        ? InternetChecksum.pseudo4(from.low(), to.low(), protocol, length)
        : InternetChecksum.pseudo6(from.high(), from.low(), to.high(), to.low(), protocol, length);
  }
}
