package org.sluice.spi.header;

import java.lang.foreign.MemorySegment;

/**
 * The first eight bytes of ICMP (RFC 792) and ICMPv6 (RFC 4443) messages, which have one form. The ICMPv6 checksum
 * covers a pseudo header too (RFC 4443 section 2.3), see {@link InternetChecksum#pseudo6}.
 */
public final class IcmpHeader {
  /** The length. */
  public static final int LENGTH = 8;
  /** The IP protocol number of ICMP. */
  public static final int PROTOCOL_4 = 1;
  /** The IP protocol number of ICMPv6. */
  public static final int PROTOCOL_6 = 58;

  /** ICMP: the answer to an echo request. */
  public static final int ECHO_REPLY = 0;
  /** ICMP: destination unreachable. */
  public static final int UNREACHABLE = 3;
  /** ICMP: echo request. */
  public static final int ECHO_REQUEST = 8;
  /** ICMP: time exceeded. */
  public static final int TIME_EXCEEDED = 11;
  /** ICMP: parameter problem. */
  public static final int PARAMETER_PROBLEM = 12;
  /** Code of {@link #UNREACHABLE}: fragmentation needed and DF set; {@link #mtu} tells the next hop's (RFC 1191). */
  public static final int FRAGMENTATION_NEEDED = 4;

  /** ICMPv6: destination unreachable. */
  public static final int UNREACHABLE_6 = 1;
  /** ICMPv6: packet too big; {@link #mtu6} tells the next hop's (RFC 8201). */
  public static final int PACKET_TOO_BIG_6 = 2;
  /** ICMPv6: time exceeded. */
  public static final int TIME_EXCEEDED_6 = 3;
  /** ICMPv6: parameter problem. */
  public static final int PARAMETER_PROBLEM_6 = 4;
  /** ICMPv6: echo request. */
  public static final int ECHO_REQUEST_6 = 128;
  /** ICMPv6: the answer to an echo request. */
  public static final int ECHO_REPLY_6 = 129;
  /** ICMPv6: router solicitation (RFC 4861). */
  public static final int ROUTER_SOLICITATION_6 = 133;
  /** ICMPv6: router advertisement (RFC 4861). */
  public static final int ROUTER_ADVERTISEMENT_6 = 134;
  /** ICMPv6: neighbour solicitation (RFC 4861). */
  public static final int NEIGHBOR_SOLICITATION_6 = 135;
  /** ICMPv6: neighbour advertisement (RFC 4861). */
  public static final int NEIGHBOR_ADVERTISEMENT_6 = 136;

  private static final int CODE = 1;
  private static final int CHECKSUM = 2;
  private static final int REST = 4;

  private IcmpHeader() {}

  /**
   * Whether a header is there.
   *
   * @param m the memory
   * @param offset the first byte of the message
   * @param available bytes of the message
   * @return {@link #LENGTH}, or TRUNCATED of {@link HeaderFault}
   */
  public static int validate(MemorySegment m, long offset, int available) {
    return available < LENGTH ? HeaderFault.TRUNCATED : LENGTH;
  }

  /**
   * The type.
   *
   * @param m the memory
   * @param offset of the header
   * @return 0 to 255
   */
  public static int type(MemorySegment m, long offset) {
    return Wire.u8(m, offset);
  }

  /**
   * The code.
   *
   * @param m the memory
   * @param offset of the header
   * @return 0 to 255
   */
  public static int code(MemorySegment m, long offset) {
    return Wire.u8(m, offset + CODE);
  }

  /**
   * An echo's identifier.
   *
   * @param m the memory
   * @param offset of the header
   * @return 16 bits
   */
  public static int identifier(MemorySegment m, long offset) {
    return Wire.u16(m, offset + REST);
  }

  /**
   * An echo's sequence number.
   *
   * @param m the memory
   * @param offset of the header
   * @return 16 bits
   */
  public static int sequence(MemorySegment m, long offset) {
    return Wire.u16(m, offset + REST + Short.BYTES);
  }

  /**
   * The next hop's MTU in {@link #FRAGMENTATION_NEEDED} (RFC 1191 section 4); 0 from routers that do not tell.
   *
   * @param m the memory
   * @param offset of the header
   * @return bytes
   */
  public static int mtu(MemorySegment m, long offset) {
    return Wire.u16(m, offset + REST + Short.BYTES);
  }

  /**
   * The next hop's MTU in {@link #PACKET_TOO_BIG_6} (RFC 4443 section 3.2).
   *
   * @param m the memory
   * @param offset of the header
   * @return bytes
   */
  public static long mtu6(MemorySegment m, long offset) {
    return Wire.u32(m, offset + REST);
  }

  /**
   * Writes a header whose checksum is 0.
   *
   * @param m the memory
   * @param offset of the header
   * @param type the type
   * @param code the code
   * @param rest the last four bytes, whose meaning depends on the type
   */
  public static void write(MemorySegment m, long offset, int type, int code, int rest) {
    Wire.put8(m, offset, type);
    Wire.put8(m, offset + CODE, code);
    Wire.put16(m, offset + CHECKSUM, 0);
    Wire.put32(m, offset + REST, rest);
  }

  /**
   * Computes and writes the checksum, after all else.
   *
   * @param m the memory
   * @param offset of the header
   * @param lengthBytes of the whole message
   * @param pseudoSum the sum of the pseudo header; 0 for ICMP
   */
  public static void fillChecksum(MemorySegment m, long offset, int lengthBytes, int pseudoSum) {
    Wire.put16(m, offset + CHECKSUM, 0);
    int sum = InternetChecksum.add(pseudoSum, InternetChecksum.sum(m, offset, lengthBytes));
    Wire.put16(m, offset + CHECKSUM, InternetChecksum.field(sum));
  }
}
