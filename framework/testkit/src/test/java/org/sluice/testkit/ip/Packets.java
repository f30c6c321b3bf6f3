package org.sluice.testkit.ip;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Extensions;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.Wire;
import org.sluice.spi.network.IpAddress;

/** Frames that b may send to a. */
final class Packets {
  static final int IP = EthernetHeader.LENGTH;
  static final int IP4_L4 = IP + Ip4Header.MIN_LENGTH;
  static final int IP6_L4 = IP + Ip6Header.LENGTH;

  private static final long A = 0x02_00_00_00_00_0aL;
  private static final long B = 0x02_00_00_00_00_0bL;

  private Packets() {}

  static byte[] ip4(String from, String to, int protocol, int identification, int fragment, byte... payload) {
    byte[] frame = new byte[IP4_L4 + payload.length];
    MemorySegment m = MemorySegment.ofArray(frame);
    EthernetHeader.write(m, 0, A, B, EthernetHeader.TYPE_IP4);
    Ip4Header.write(m, IP, frame.length - IP, 0, 64, protocol);
    Ip4Header.addresses(m, IP, IpAddress.parse(from).low() & 0xffff_ffffL, IpAddress.parse(to).low() & 0xffff_ffffL);
    Ip4Header.fragment(m, IP, identification, fragment);
    Ip4Header.fillChecksum(m, IP);
    System.arraycopy(payload, 0, frame, IP4_L4, payload.length);
    return frame;
  }

  static byte[] ip6(String from, String to, int next, byte... payload) {
    byte[] frame = new byte[IP6_L4 + payload.length];
    MemorySegment m = MemorySegment.ofArray(frame);
    EthernetHeader.write(m, 0, A, B, EthernetHeader.TYPE_IP6);
    Ip6Header.write(m, IP, 0, payload.length, next, 64);
    IpAddress source = IpAddress.parse(from);
    IpAddress destination = IpAddress.parse(to);
    Ip6Header.source(m, IP, source.high(), source.low());
    Ip6Header.destination(m, IP, destination.high(), destination.low());
    System.arraycopy(payload, 0, frame, IP6_L4, payload.length);
    return frame;
  }

  /** A datagram in fragments whose payload is of a length, but for the last. */
  static List<byte[]> fragments(String from, String to, int protocol, int identification, int each, byte... payload) {
    List<byte[]> made = new ArrayList<>();
    for (int at = 0; at < payload.length; at += each) {
      byte[] part = Arrays.copyOfRange(payload, at, Math.min(payload.length, at + each));
      boolean more = at + each < payload.length;
      made.add(from.contains(":")
          ? ip6(from, to, Ip6Extensions.FRAGMENT, join(fragmentHeader(protocol, at, more, identification), part))
          : ip4(from, to, protocol, identification, at / 8 | (more ? Ip4Header.MORE_FRAGMENTS : 0), part));
    }
    return made;
  }

  static byte[] fragmentHeader(int next, int position, boolean more, int identification) {
    byte[] header = new byte[Ip6Extensions.FRAGMENT_LENGTH];
    MemorySegment m = MemorySegment.ofArray(header);
    Wire.put8(m, 0, next);
    Wire.put16(m, 2, position | (more ? 1 : 0));
    Wire.put32(m, 4, identification);
    return header;
  }

  /** An ICMP error about a packet, or the first bytes of one. */
  static byte[] error4(String from, String to, int type, int code, int rest, byte... quoted) {
    byte[] message = join(new byte[IcmpHeader.LENGTH], quoted);
    MemorySegment m = MemorySegment.ofArray(message);
    IcmpHeader.write(m, 0, type, code, rest);
    IcmpHeader.fillChecksum(m, 0, message.length, 0);
    return ip4(from, to, IcmpHeader.PROTOCOL_4, 1, 0, message);
  }

  static byte[] icmp6(String from, String to, int type, int code, int rest, byte... body) {
    byte[] message = join(new byte[IcmpHeader.LENGTH], body);
    MemorySegment m = MemorySegment.ofArray(message);
    IcmpHeader.write(m, 0, type, code, rest);
    IpAddress source = IpAddress.parse(from);
    IpAddress destination = IpAddress.parse(to);
    IcmpHeader.fillChecksum(m, 0, message.length, InternetChecksum.pseudo6(source.high(), source.low(),
        destination.high(), destination.low(), IcmpHeader.PROTOCOL_6, message.length));
    return ip6(from, to, IcmpHeader.PROTOCOL_6, message);
  }

  /** What a frame bears. */
  static byte[] packet(byte[] frame) {
    return Arrays.copyOfRange(frame, IP, frame.length);
  }

  static byte[] join(byte[] first, byte... second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }
}
