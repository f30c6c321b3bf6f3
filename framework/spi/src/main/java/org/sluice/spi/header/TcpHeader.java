package org.sluice.spi.header;

import java.lang.foreign.MemorySegment;

/** The TCP header (RFC 9293 section 3.1). Sequence numbers are ints that wrap; its options are {@link TcpOptions}. */
public final class TcpHeader {
  /** The length without options. */
  public static final int MIN_LENGTH = 20;
  /** The length with the most options. */
  public static final int MAX_LENGTH = 60;
  /** The IP protocol number. */
  public static final int PROTOCOL = 6;
  /** Where the checksum is, for cards that finish it. */
  public static final int CHECKSUM_OFFSET = 16;

  /** Flag: the sender sends no more. */
  public static final int FIN = 1;
  /** Flag: sequence numbers begin. */
  public static final int SYN = 1 << 1;
  /** Flag: the connection is aborted. */
  public static final int RST = 1 << 2;
  /** Flag: what was received should be handed over now. */
  public static final int PSH = 1 << 3;
  /** Flag: the acknowledgement number means something. */
  public static final int ACK = 1 << 4;
  /** Flag: the urgent pointer means something. */
  public static final int URG = 1 << 5;
  /** Flag: ECN echo (RFC 3168). */
  public static final int ECE = 1 << 6;
  /** Flag: congestion window reduced (RFC 3168). */
  public static final int CWR = 1 << 7;
  /** Flag: accurate ECN (RFC 9768), once the nonce sum. */
  public static final int AE = 1 << 8;

  private static final int FLAGS_MASK = 0x1ff;
  private static final int DESTINATION_PORT = 2;
  private static final int SEQUENCE = 4;
  private static final int ACKNOWLEDGEMENT = 8;
  private static final int OFFSET_AND_FLAGS = 12;
  private static final int WINDOW = 14;
  private static final int URGENT = 18;

  private TcpHeader() {}

  /**
   * Whether a header is there with all its options, which are not looked at.
   *
   * @param m the memory
   * @param offset the first byte of the segment
   * @param available bytes of the segment
   * @return the header's length with options; or TRUNCATED, BAD_HEADER_LENGTH of {@link HeaderFault}
   */
  public static int validate(MemorySegment m, long offset, int available) {
    if (available < MIN_LENGTH) {
      return HeaderFault.TRUNCATED;
    }
    int length = headerLength(m, offset);
    if (length < MIN_LENGTH) {
      return HeaderFault.BAD_HEADER_LENGTH;
    }
    return length > available ? HeaderFault.TRUNCATED : length;
  }

  /**
   * The sender's port.
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
   * SEG.SEQ.
   *
   * @param m the memory
   * @param offset of the header
   * @return the sequence number of the first byte, or of the SYN
   */
  public static int sequence(MemorySegment m, long offset) {
    return Wire.i32(m, offset + SEQUENCE);
  }

  /**
   * SEG.ACK.
   *
   * @param m the memory
   * @param offset of the header
   * @return the next sequence number expected; of no meaning without {@link #ACK}
   */
  public static int acknowledgement(MemorySegment m, long offset) {
    return Wire.i32(m, offset + ACKNOWLEDGEMENT);
  }

  /**
   * The length of the header with options.
   *
   * @param m the memory
   * @param offset of the header
   * @return 20 to 60 bytes
   */
  public static int headerLength(MemorySegment m, long offset) {
    return (Wire.u8(m, offset + OFFSET_AND_FLAGS) >>> 4) * Integer.BYTES;
  }

  /**
   * The flags.
   *
   * @param m the memory
   * @param offset of the header
   * @return bits {@link #FIN} to {@link #AE}
   */
  public static int flags(MemorySegment m, long offset) {
    return Wire.u16(m, offset + OFFSET_AND_FLAGS) & FLAGS_MASK;
  }

  /**
   * SEG.WND as it stands, not scaled (RFC 7323 section 2).
   *
   * @param m the memory
   * @param offset of the header
   * @return 16 bits
   */
  public static int window(MemorySegment m, long offset) {
    return Wire.u16(m, offset + WINDOW);
  }

  /**
   * The checksum.
   *
   * @param m the memory
   * @param offset of the header
   * @return 16 bits
   */
  public static int checksum(MemorySegment m, long offset) {
    return Wire.u16(m, offset + CHECKSUM_OFFSET);
  }

  /**
   * The urgent pointer (RFC 6093 section 3.1).
   *
   * @param m the memory
   * @param offset of the header
   * @return 16 bits; of no meaning without {@link #URG}
   */
  public static int urgentPointer(MemorySegment m, long offset) {
    return Wire.u16(m, offset + URGENT);
  }

  /**
   * Writes the ports.
   *
   * @param m the memory
   * @param offset of the header
   * @param sourcePort 16 bits
   * @param destinationPort 16 bits
   */
  public static void ports(MemorySegment m, long offset, int sourcePort, int destinationPort) {
    Wire.put32(m, offset, sourcePort << 16 | destinationPort & 0xffff);
  }

  /**
   * Writes the sequence numbers.
   *
   * @param m the memory
   * @param offset of the header
   * @param sequence SEG.SEQ
   * @param acknowledgement SEG.ACK, 0 without {@link #ACK}
   */
  public static void sequences(MemorySegment m, long offset, int sequence, int acknowledgement) {
    Wire.put64(m, offset + SEQUENCE, (long) sequence << 32 | Integer.toUnsignedLong(acknowledgement));
  }

  /**
   * Writes the rest; checksum and urgent pointer are 0.
   *
   * @param m the memory
   * @param offset of the header
   * @param headerLength with options, a multiple of 4
   * @param flags bits {@link #FIN} to {@link #AE}
   * @param window SEG.WND as it shall stand
   */
  public static void control(MemorySegment m, long offset, int headerLength, int flags, int window) {
    assert headerLength >= MIN_LENGTH && headerLength <= MAX_LENGTH && headerLength % 4 == 0 : headerLength;
    long first = (long) (headerLength / Integer.BYTES) << 12 | flags & FLAGS_MASK;
    Wire.put64(m, offset + OFFSET_AND_FLAGS, first << 48 | (long) (window & 0xffff) << 32);
  }

  /**
   * Computes and writes the checksum, after all else.
   *
   * @param m the memory
   * @param offset of the header
   * @param lengthBytes of the whole segment
   * @param pseudoSum the sum of the pseudo header
   */
  public static void fillChecksum(MemorySegment m, long offset, int lengthBytes, int pseudoSum) {
    Wire.put16(m, offset + CHECKSUM_OFFSET, 0);
    int sum = InternetChecksum.add(pseudoSum, InternetChecksum.sum(m, offset, lengthBytes));
    Wire.put16(m, offset + CHECKSUM_OFFSET, InternetChecksum.field(sum));
  }
}
