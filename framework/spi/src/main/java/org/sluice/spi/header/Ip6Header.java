package org.sluice.spi.header;

import java.lang.foreign.MemorySegment;

/** The IPv6 header (RFC 8200 section 3). An address is two longs in the order of the wire. */
public final class Ip6Header {
  /** The length, without extension headers. */
  public static final int LENGTH = 40;

  private static final int PAYLOAD_LENGTH = 4;
  private static final int NEXT_HEADER = 6;
  private static final int HOP_LIMIT = 7;
  private static final int SOURCE = 8;
  private static final int DESTINATION = 24;

  private Ip6Header() {}

  /**
   * Whether a header is there and its packet is complete. Jumbograms (RFC 2675) are not known: their payload length 0
   * is taken as it stands.
   *
   * @param m the memory
   * @param offset the first byte of the packet
   * @param available bytes from there; padding of the link layer may follow the packet
   * @return {@link #LENGTH}, or TRUNCATED, BAD_VERSION of {@link HeaderFault}
   */
  public static int validate(MemorySegment m, long offset, int available) {
    if (available < LENGTH) {
      return HeaderFault.TRUNCATED;
    }
    if (Wire.u8(m, offset) >>> 4 != 6) {
      return HeaderFault.BAD_VERSION;
    }
    return LENGTH + payloadLength(m, offset) > available ? HeaderFault.TRUNCATED : LENGTH;
  }

  /**
   * The differentiated services code point (RFC 2474).
   *
   * @param m the memory
   * @param offset of the header
   * @return 0 to 63
   */
  public static int dscp(MemorySegment m, long offset) {
    return Wire.u16(m, offset) >>> 6 & 0x3f;
  }

  /**
   * The ECN codepoint (RFC 3168).
   *
   * @param m the memory
   * @param offset of the header
   * @return 0 to 3
   */
  public static int ecn(MemorySegment m, long offset) {
    return Wire.u16(m, offset) >>> 4 & 3;
  }

  /**
   * The flow label (RFC 6437).
   *
   * @param m the memory
   * @param offset of the header
   * @return 20 bits
   */
  public static int flowLabel(MemorySegment m, long offset) {
    return Wire.i32(m, offset) & 0xf_ffff;
  }

  /**
   * The length of what follows this header, extension headers included.
   *
   * @param m the memory
   * @param offset of the header
   * @return bytes
   */
  public static int payloadLength(MemorySegment m, long offset) {
    return Wire.u16(m, offset + PAYLOAD_LENGTH);
  }

  /**
   * What follows: an extension header or a transport, see {@link Ip6Extensions}.
   *
   * @param m the memory
   * @param offset of the header
   * @return the number
   */
  public static int nextHeader(MemorySegment m, long offset) {
    return Wire.u8(m, offset + NEXT_HEADER);
  }

  /**
   * Hops left.
   *
   * @param m the memory
   * @param offset of the header
   * @return 0 to 255
   */
  public static int hopLimit(MemorySegment m, long offset) {
    return Wire.u8(m, offset + HOP_LIMIT);
  }

  /**
   * The first half of the sender's address.
   *
   * @param m the memory
   * @param offset of the header
   * @return eight bytes
   */
  public static long sourceHigh(MemorySegment m, long offset) {
    return Wire.i64(m, offset + SOURCE);
  }

  /**
   * The second half of the sender's address.
   *
   * @param m the memory
   * @param offset of the header
   * @return eight bytes
   */
  public static long sourceLow(MemorySegment m, long offset) {
    return Wire.i64(m, offset + SOURCE + Long.BYTES);
  }

  /**
   * The first half of the receiver's address.
   *
   * @param m the memory
   * @param offset of the header
   * @return eight bytes
   */
  public static long destinationHigh(MemorySegment m, long offset) {
    return Wire.i64(m, offset + DESTINATION);
  }

  /**
   * The second half of the receiver's address.
   *
   * @param m the memory
   * @param offset of the header
   * @return eight bytes
   */
  public static long destinationLow(MemorySegment m, long offset) {
    return Wire.i64(m, offset + DESTINATION + Long.BYTES);
  }

  /**
   * Writes all but the addresses.
   *
   * @param m the memory
   * @param offset of the header
   * @param classAndLabel {@code dscp << 22 | ecn << 20 | flowLabel}
   * @param payloadLength of what follows
   * @param nextHeader what follows
   * @param hopLimit hops allowed
   */
  public static void write(
      MemorySegment m, long offset, int classAndLabel, int payloadLength, int nextHeader, int hopLimit) {
    Wire.put32(m, offset, 6 << 28 | (classAndLabel & 0xfff_ffff));
    Wire.put16(m, offset + PAYLOAD_LENGTH, payloadLength);
    Wire.put8(m, offset + NEXT_HEADER, nextHeader);
    Wire.put8(m, offset + HOP_LIMIT, hopLimit);
  }

  /**
   * Writes the sender.
   *
   * @param m the memory
   * @param offset of the header
   * @param high first half
   * @param low second half
   */
  public static void source(MemorySegment m, long offset, long high, long low) {
    Wire.put64(m, offset + SOURCE, high);
    Wire.put64(m, offset + SOURCE + Long.BYTES, low);
  }

  /**
   * Writes the receiver.
   *
   * @param m the memory
   * @param offset of the header
   * @param high first half
   * @param low second half
   */
  public static void destination(MemorySegment m, long offset, long high, long low) {
    Wire.put64(m, offset + DESTINATION, high);
    Wire.put64(m, offset + DESTINATION + Long.BYTES, low);
  }
}
