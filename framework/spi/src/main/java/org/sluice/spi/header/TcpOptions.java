package org.sluice.spi.header;

import java.lang.foreign.MemorySegment;

/**
 * The options of a TCP header, walked without an iterator object:
 *
 * <pre>{@code
 * int at = TcpOptions.first(m, header, headerLength);
 * for (; at > 0; at = TcpOptions.next(m, header, headerLength, at)) {
 *   switch (TcpOptions.kind(m, header + at)) {
 *     case TcpOptions.MSS -> mss = TcpOptions.mss(m, header + at);
 *     default -> {}
 *   }
 * }
 * if (at == TcpOptions.MALFORMED) ...
 * }</pre>
 *
 * <p>An option of a kind below whose length is not the one its kind has is passed over like one of an unknown kind, so
 * the accessors of a kind that was shown cannot fail.
 */
public final class TcpOptions {
  /** There is no further option. */
  public static final int NONE = 0;
  /**
   * An option's length is impossible: where the next one would begin is not known (RFC 9293 section 3.1, MUST-7). What
   * was shown before stands.
   */
  public static final int MALFORMED = -1;

  /** Maximum segment size (RFC 9293 section 3.2). */
  public static final int MSS = 2;
  /** Window scale (RFC 7323 section 2.2). */
  public static final int WINDOW_SCALE = 3;
  /** SACK permitted (RFC 2018 section 2). */
  public static final int SACK_PERMITTED = 4;
  /** SACK blocks (RFC 2018 section 3). */
  public static final int SACK = 5;
  /** Timestamps (RFC 7323 section 3.2). */
  public static final int TIMESTAMPS = 8;
  /** The length of {@link #MSS}. */
  public static final int MSS_LENGTH = 4;
  /** The length of {@link #WINDOW_SCALE}. */
  public static final int WINDOW_SCALE_LENGTH = 3;
  /** The length of {@link #SACK_PERMITTED}. */
  public static final int SACK_PERMITTED_LENGTH = 2;
  /** The length of {@link #TIMESTAMPS}. */
  public static final int TIMESTAMPS_LENGTH = 10;
  /** The length of one block of {@link #SACK}, after the first two bytes. */
  public static final int SACK_BLOCK_LENGTH = 8;
  /** The most blocks of {@link #SACK} that a header can hold. */
  public static final int MAX_SACK_BLOCKS = 4;

  private static final int END_OF_LIST = 0;
  private static final int NO_OPERATION = 1;
  private static final int HEAD_LENGTH = 2;

  private TcpOptions() {}

  /**
   * The first option.
   *
   * @param m the memory
   * @param header offset of the TCP header
   * @param headerLength what {@link TcpHeader#validate} returned
   * @return its distance from the header's first byte, or {@link #NONE}, {@link #MALFORMED}
   */
  public static int first(MemorySegment m, long header, int headerLength) {
    return seek(m, header, headerLength, TcpHeader.MIN_LENGTH);
  }

  /**
   * The option after one.
   *
   * @param m the memory
   * @param header offset of the TCP header
   * @param headerLength what {@link TcpHeader#validate} returned
   * @param at the distance of the present option
   * @return the distance of the next one, or {@link #NONE}, {@link #MALFORMED}
   */
  public static int next(MemorySegment m, long header, int headerLength, int at) {
    return seek(m, header, headerLength, at + length(m, header + at));
  }

  /**
   * The kind of an option.
   *
   * @param m the memory
   * @param option offset of the option
   * @return 2 to 255
   */
  public static int kind(MemorySegment m, long option) {
    return Wire.u8(m, option);
  }

  /**
   * The length of an option with its kind and length.
   *
   * @param m the memory
   * @param option offset of the option
   * @return 2 to 40 bytes
   */
  public static int length(MemorySegment m, long option) {
    return Wire.u8(m, option + 1);
  }

  /**
   * The value of {@link #MSS}.
   *
   * @param m the memory
   * @param option offset of the option
   * @return bytes
   */
  public static int mss(MemorySegment m, long option) {
    return Wire.u16(m, option + HEAD_LENGTH);
  }

  /**
   * The value of {@link #WINDOW_SCALE} as it stands; more than 14 must be taken as 14 (RFC 7323 section 2.3).
   *
   * @param m the memory
   * @param option offset of the option
   * @return 0 to 255
   */
  public static int windowScale(MemorySegment m, long option) {
    return Wire.u8(m, option + HEAD_LENGTH);
  }

  /**
   * TSval of {@link #TIMESTAMPS}.
   *
   * @param m the memory
   * @param option offset of the option
   * @return 32 bits that wrap
   */
  public static int timestampValue(MemorySegment m, long option) {
    return Wire.i32(m, option + HEAD_LENGTH);
  }

  /**
   * TSecr of {@link #TIMESTAMPS}.
   *
   * @param m the memory
   * @param option offset of the option
   * @return 32 bits that wrap
   */
  public static int timestampEcho(MemorySegment m, long option) {
    return Wire.i32(m, option + HEAD_LENGTH + Integer.BYTES);
  }

  /**
   * The number of blocks of {@link #SACK}.
   *
   * @param m the memory
   * @param option offset of the option
   * @return 1 to {@link #MAX_SACK_BLOCKS}
   */
  public static int sackBlocks(MemorySegment m, long option) {
    return (length(m, option) - HEAD_LENGTH) / SACK_BLOCK_LENGTH;
  }

  /**
   * The first sequence number of a block of {@link #SACK}.
   *
   * @param m the memory
   * @param option offset of the option
   * @param block 0 to {@link #sackBlocks} - 1
   * @return the left edge
   */
  public static int sackLeft(MemorySegment m, long option, int block) {
    return Wire.i32(m, option + HEAD_LENGTH + (long) block * SACK_BLOCK_LENGTH);
  }

  /**
   * The sequence number after a block of {@link #SACK}.
   *
   * @param m the memory
   * @param option offset of the option
   * @param block 0 to {@link #sackBlocks} - 1
   * @return the right edge
   */
  public static int sackRight(MemorySegment m, long option, int block) {
    return Wire.i32(m, option + HEAD_LENGTH + (long) block * SACK_BLOCK_LENGTH + Integer.BYTES);
  }

  private static int seek(MemorySegment m, long header, int headerLength, int from) {
    int at = from;
    while (at < headerLength) {
      int kind = kind(m, header + at);
      if (kind == END_OF_LIST) {
        return NONE;
      }
      if (kind == NO_OPERATION) {
        at++;
        continue;
      }
      if (headerLength - at < HEAD_LENGTH) {
        return MALFORMED;
      }
      int length = length(m, header + at);
      if (length < HEAD_LENGTH || length > headerLength - at) {
        return MALFORMED;
      }
      if (fits(kind, length)) {
        return at;
      }
      at += length;
    }
    return NONE;
  }

  private static boolean fits(int kind, int length) {
    return switch (kind) {
      case MSS -> length == MSS_LENGTH;
      case WINDOW_SCALE -> length == WINDOW_SCALE_LENGTH;
      case SACK_PERMITTED -> length == SACK_PERMITTED_LENGTH;
      case TIMESTAMPS -> length == TIMESTAMPS_LENGTH;
      case SACK -> length > HEAD_LENGTH && (length - HEAD_LENGTH) % SACK_BLOCK_LENGTH == 0;
      default -> true;
    };
  }
}
