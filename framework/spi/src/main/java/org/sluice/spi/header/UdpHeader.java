package org.sluice.spi.header;

import java.lang.foreign.MemorySegment;

/** The UDP header (RFC 768). */
public final class UdpHeader {
  /** The length. */
  public static final int LENGTH = 8;
  /** The IP protocol number. */
  public static final int PROTOCOL = 17;
  /** Where the checksum is, for cards that finish it. */
  public static final int CHECKSUM_OFFSET = 6;

  private static final int DESTINATION_PORT = 2;
  private static final int DATAGRAM_LENGTH = 4;

  private UdpHeader() {}

  /**
   * Whether a header is there and its datagram is complete.
   *
   * @param m the memory
   * @param offset the first byte of the datagram
   * @param available bytes of the IP payload; it may be longer than the datagram
   * @return {@link #LENGTH}, or TRUNCATED, BAD_LENGTH of {@link HeaderFault}
   */
  public static int validate(MemorySegment m, long offset, int available) {
    if (available < LENGTH) {
      return HeaderFault.TRUNCATED;
    }
    int length = datagramLength(m, offset);
    if (length < LENGTH) {
      return HeaderFault.BAD_LENGTH;
    }
    return length > available ? HeaderFault.TRUNCATED : LENGTH;
  }

  /**
   * The sender's port; 0 when no answer is wanted.
   *
   * @param m the memory
   * @param offset of the header
   * @return 16 bits
   */
  public static int sourcePort(MemorySegment m, long offset) {
    return Wire.u16(m, offset);
  }

  /**
   * The receiver's port.
   *
   * @param m the memory
   * @param offset of the header
   * @return 16 bits
   */
  public static int destinationPort(MemorySegment m, long offset) {
    return Wire.u16(m, offset + DESTINATION_PORT);
  }

  /**
   * The length of header and payload.
   *
   * @param m the memory
   * @param offset of the header
   * @return bytes
   */
  public static int datagramLength(MemorySegment m, long offset) {
    return Wire.u16(m, offset + DATAGRAM_LENGTH);
  }

  /**
   * The checksum; 0 says that there is none, which IPv6 forbids (RFC 8200 section 8.1).
   *
   * @param m the memory
   * @param offset of the header
   * @return 16 bits
   */
  public static int checksum(MemorySegment m, long offset) {
    return Wire.u16(m, offset + CHECKSUM_OFFSET);
  }

  /**
   * Writes a header whose checksum is 0.
   *
   * @param m the memory
   * @param offset of the header
   * @param sourcePort 16 bits
   * @param destinationPort 16 bits
   * @param datagramLength of header and payload
   */
  public static void write(MemorySegment m, long offset, int sourcePort, int destinationPort, int datagramLength) {
    Wire.put16(m, offset, sourcePort);
    Wire.put16(m, offset + DESTINATION_PORT, destinationPort);
    Wire.put16(m, offset + DATAGRAM_LENGTH, datagramLength);
    Wire.put16(m, offset + CHECKSUM_OFFSET, 0);
  }

  /**
   * Computes and writes the checksum, after all else. A result of 0 is written as 0xffff, its equal, because 0 says
   * that there is none.
   *
   * @param m the memory
   * @param offset of the header
   * @param pseudoSum the sum of the pseudo header
   */
  public static void fillChecksum(MemorySegment m, long offset, int pseudoSum) {
    Wire.put16(m, offset + CHECKSUM_OFFSET, 0);
    int sum = InternetChecksum.add(pseudoSum, InternetChecksum.sum(m, offset, datagramLength(m, offset)));
    int field = InternetChecksum.field(sum);
    Wire.put16(m, offset + CHECKSUM_OFFSET, field == 0 ? 0xffff : field);
  }
}
