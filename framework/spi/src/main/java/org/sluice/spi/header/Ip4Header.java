package org.sluice.spi.header;

import java.lang.foreign.MemorySegment;

/** The IPv4 header (RFC 791 section 3.1, RFC 2474, RFC 3168 section 5). Addresses are the lower 32 bits of a long. */
public final class Ip4Header {
  /** The length without options. */
  public static final int MIN_LENGTH = 20;
  /** Bit of {@link #fragment(MemorySegment, long)}: routers must not fragment. */
  public static final int DONT_FRAGMENT = 0x4000;
  /** Bit of {@link #fragment(MemorySegment, long)}: not the last fragment. */
  public static final int MORE_FRAGMENTS = 0x2000;

  private static final long VERSION_AND_LENGTH = 4 << 4 | MIN_LENGTH / Integer.BYTES;
  private static final long LOW = 0xffff_ffffL;
  private static final int FRAGMENT_OFFSET_MASK = 0x1fff;
  private static final int FRAGMENT_UNIT_BYTES = 8;
  private static final int TOS = 1;
  private static final int TOTAL_LENGTH = 2;
  private static final int IDENTIFICATION = 4;
  private static final int FRAGMENT = 6;
  private static final int TTL = 8;
  private static final int PROTOCOL = 9;
  private static final int CHECKSUM = 10;
  private static final int SOURCE = 12;
  private static final int DESTINATION = 16;

  private Ip4Header() {}

  /**
   * Whether a header is there and its packet is complete. The checksum is {@link #checksumSum}'s part, because a card
   * may have verified it.
   *
   * @param m the memory
   * @param offset the first byte of the packet
   * @param available bytes from there; padding of the link layer may follow the packet
   * @return the header's length with options; or TRUNCATED, BAD_VERSION, BAD_HEADER_LENGTH, BAD_LENGTH of {@link
   *     HeaderFault}
   */
  public static int validate(MemorySegment m, long offset, int available) {
    if (available < MIN_LENGTH) {
      return HeaderFault.TRUNCATED;
    }
    if (Wire.u8(m, offset) >>> 4 != 4) {
      return HeaderFault.BAD_VERSION;
    }
    int headerLength = headerLength(m, offset);
    if (headerLength < MIN_LENGTH) {
      return HeaderFault.BAD_HEADER_LENGTH;
    }
    int totalLength = totalLength(m, offset);
    if (totalLength < headerLength) {
      return HeaderFault.BAD_LENGTH;
    }
    return totalLength > available ? HeaderFault.TRUNCATED : headerLength;
  }

  /**
   * The sum over the header, {@link InternetChecksum#VALID} when it is intact (RFC 1122 section 3.2.1.2).
   *
   * @param m the memory
   * @param offset of the header
   * @param headerLength what {@link #validate} returned
   * @return the sum
   */
  public static int checksumSum(MemorySegment m, long offset, int headerLength) {
    return InternetChecksum.sum(m, offset, headerLength);
  }

  /**
   * The length of the header with options.
   *
   * @param m the memory
   * @param offset of the header
   * @return 20 to 60 bytes
   */
  public static int headerLength(MemorySegment m, long offset) {
    return (Wire.u8(m, offset) & 0xf) * Integer.BYTES;
  }

  /**
   * The differentiated services code point (RFC 2474).
   *
   * @param m the memory
   * @param offset of the header
   * @return 0 to 63
   */
  public static int dscp(MemorySegment m, long offset) {
    return Wire.u8(m, offset + TOS) >>> 2;
  }

  /**
   * The ECN codepoint (RFC 3168): 0 not capable, 1 and 2 capable, 3 congestion experienced.
   *
   * @param m the memory
   * @param offset of the header
   * @return 0 to 3
   */
  public static int ecn(MemorySegment m, long offset) {
    return Wire.u8(m, offset + TOS) & 3;
  }

  /**
   * The length of the packet with its header.
   *
   * @param m the memory
   * @param offset of the header
   * @return bytes
   */
  public static int totalLength(MemorySegment m, long offset) {
    return Wire.u16(m, offset + TOTAL_LENGTH);
  }

  /**
   * What fragments of one packet have in common (RFC 6864).
   *
   * @param m the memory
   * @param offset of the header
   * @return 16 bits
   */
  public static int identification(MemorySegment m, long offset) {
    return Wire.u16(m, offset + IDENTIFICATION);
  }

  /**
   * The word with the fragment flags and offset.
   *
   * @param m the memory
   * @param offset of the header
   * @return see {@link #DONT_FRAGMENT}, {@link #MORE_FRAGMENTS}
   */
  public static int fragment(MemorySegment m, long offset) {
    return Wire.u16(m, offset + FRAGMENT);
  }

  /**
   * Whether the packet is part of a larger one.
   *
   * @param m the memory
   * @param offset of the header
   * @return true for every fragment, the first and the last included
   */
  public static boolean isFragment(MemorySegment m, long offset) {
    return (fragment(m, offset) & (MORE_FRAGMENTS | FRAGMENT_OFFSET_MASK)) != 0;
  }

  /**
   * Where the payload belongs in the payload of the whole.
   *
   * @param m the memory
   * @param offset of the header
   * @return bytes
   */
  public static int fragmentOffset(MemorySegment m, long offset) {
    return (fragment(m, offset) & FRAGMENT_OFFSET_MASK) * FRAGMENT_UNIT_BYTES;
  }

  /**
   * Hops left.
   *
   * @param m the memory
   * @param offset of the header
   * @return 0 to 255
   */
  public static int ttl(MemorySegment m, long offset) {
    return Wire.u8(m, offset + TTL);
  }

  /**
   * What the packet carries.
   *
   * @param m the memory
   * @param offset of the header
   * @return the IP protocol number
   */
  public static int protocol(MemorySegment m, long offset) {
    return Wire.u8(m, offset + PROTOCOL);
  }

  /**
   * The sender.
   *
   * @param m the memory
   * @param offset of the header
   * @return the address
   */
  public static long source(MemorySegment m, long offset) {
    return Wire.u32(m, offset + SOURCE);
  }

  /**
   * The receiver.
   *
   * @param m the memory
   * @param offset of the header
   * @return the address
   */
  public static long destination(MemorySegment m, long offset) {
    return Wire.u32(m, offset + DESTINATION);
  }

  /**
   * Writes a header without options; identification, fragment word and checksum are 0.
   *
   * @param m the memory
   * @param offset of the header
   * @param totalLength of the packet
   * @param tos code point and ECN: {@code dscp << 2 | ecn}
   * @param ttl hops allowed
   * @param protocol what the packet carries
   */
  public static void write(MemorySegment m, long offset, int totalLength, int tos, int ttl, int protocol) {
    Wire.put8(m, offset, 4 << 4 | MIN_LENGTH / Integer.BYTES);
    Wire.put8(m, offset + TOS, tos);
    Wire.put16(m, offset + TOTAL_LENGTH, totalLength);
    Wire.put32(m, offset + IDENTIFICATION, 0);
    Wire.put8(m, offset + TTL, ttl);
    Wire.put8(m, offset + PROTOCOL, protocol);
    Wire.put16(m, offset + CHECKSUM, 0);
  }

  /**
   * Writes a whole header without options, checksum included, in few and wide accesses.
   *
   * @param m the memory
   * @param offset of the header
   * @param totalLength of the packet
   * @param tos code point and ECN: {@code dscp << 2 | ecn}
   * @param identification groups the fragments of a packet; its lower 16 bits
   * @param fragment flags and offset, see {@link #fragment(MemorySegment, long, int, int)}
   * @param ttl hops allowed
   * @param protocol what the packet carries
   * @param source the sender; its lower 32 bits
   * @param destination the receiver; its lower 32 bits
   */
  public static void write(MemorySegment m, long offset, int totalLength, int tos, int identification, int fragment,
      int ttl, int protocol, long source, long destination) {
    long begin = VERSION_AND_LENGTH << 24 | (long) tos << 16 | totalLength;
    long middle = (long) (identification & 0xffff) << 16 | fragment;
    long life = ((long) ttl << 8 | protocol) << 16;
    long from = source & LOW;
    long to = destination & LOW;
    int checksum = InternetChecksum.field(InternetChecksum.fold(begin + middle + life + from + to));
    Wire.put64(m, offset, begin << 32 | middle);
    Wire.put64(m, offset + TTL, (life | checksum) << 32 | from);
    Wire.put32(m, offset + DESTINATION, to);
  }

  /**
   * Writes the addresses.
   *
   * @param m the memory
   * @param offset of the header
   * @param source the sender
   * @param destination the receiver
   */
  public static void addresses(MemorySegment m, long offset, long source, long destination) {
    Wire.put32(m, offset + SOURCE, source);
    Wire.put32(m, offset + DESTINATION, destination);
  }

  /**
   * Writes identification and fragment word.
   *
   * @param m the memory
   * @param offset of the header
   * @param identification 16 bits
   * @param fragment flags, and the offset in units of 8 bytes
   */
  public static void fragment(MemorySegment m, long offset, int identification, int fragment) {
    Wire.put16(m, offset + IDENTIFICATION, identification);
    Wire.put16(m, offset + FRAGMENT, fragment);
  }

  /**
   * Computes and writes the checksum, after all else.
   *
   * @param m the memory
   * @param offset of the header
   */
  public static void fillChecksum(MemorySegment m, long offset) {
    Wire.put16(m, offset + CHECKSUM, 0);
    int sum = InternetChecksum.sum(m, offset, headerLength(m, offset));
    Wire.put16(m, offset + CHECKSUM, InternetChecksum.field(sum));
  }
}
