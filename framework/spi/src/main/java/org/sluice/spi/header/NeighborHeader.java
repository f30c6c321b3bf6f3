package org.sluice.spi.header;

import java.lang.foreign.MemorySegment;

/**
 * The neighbour solicitation and advertisement of ICMPv6 (RFC 4861 sections 4.3 and 4.4): the eight bytes of {@link
 * IcmpHeader}, the target's address, options.
 */
public final class NeighborHeader {
  /** The length without options. */
  public static final int LENGTH = 24;
  /** The length of an option with an Ethernet address. */
  public static final int LINK_OPTION_LENGTH = 8;
  /** Option: the hardware address of the sender of the packet. */
  public static final int SOURCE_LINK_OPTION = 1;
  /** Option: the hardware address of the target. */
  public static final int TARGET_LINK_OPTION = 2;
  /** What {@link #linkOption} returns where there is no such option. */
  public static final long NO_LINK_OPTION = -1;
  /** What {@link #linkOption} returns where an option has no length or is cut off: the message is to be dropped. */
  public static final long BAD_OPTIONS = -2;
  /** Flag of an advertisement, in the last four bytes of {@link IcmpHeader}: the sender is a router. */
  public static final int ROUTER = 1 << 31;
  /** Flag of an advertisement: it answers a solicitation. */
  public static final int SOLICITED = 1 << 30;
  /** Flag of an advertisement: it is to replace what is known. */
  public static final int OVERRIDE = 1 << 29;

  private static final int FLAGS = 4;
  private static final int TARGET = 8;
  private static final int OPTION_UNIT_BYTES = 8;
  private static final int OPTION_HEAD = 2;

  private NeighborHeader() {}

  /**
   * Whether a message is there.
   *
   * @param m the memory
   * @param offset the first byte of the ICMPv6 message
   * @param available bytes of the message
   * @return {@link #LENGTH}, or TRUNCATED of {@link HeaderFault}
   */
  public static int validate(MemorySegment m, long offset, int available) {
    return available < LENGTH ? HeaderFault.TRUNCATED : LENGTH;
  }

  /**
   * The flags of an advertisement.
   *
   * @param m the memory
   * @param offset of the message
   * @return bits {@link #ROUTER}, {@link #SOLICITED}, {@link #OVERRIDE}
   */
  public static int flags(MemorySegment m, long offset) {
    return Wire.i32(m, offset + FLAGS);
  }

  /**
   * The first half of the target's address.
   *
   * @param m the memory
   * @param offset of the message
   * @return eight bytes
   */
  public static long targetHigh(MemorySegment m, long offset) {
    return Wire.i64(m, offset + TARGET);
  }

  /**
   * The second half of the target's address.
   *
   * @param m the memory
   * @param offset of the message
   * @return eight bytes
   */
  public static long targetLow(MemorySegment m, long offset) {
    return Wire.i64(m, offset + TARGET + Long.BYTES);
  }

  /**
   * Writes the target's address.
   *
   * @param m the memory
   * @param offset of the message
   * @param high first half
   * @param low second half
   */
  public static void target(MemorySegment m, long offset, long high, long low) {
    Wire.put64(m, offset + TARGET, high);
    Wire.put64(m, offset + TARGET + Long.BYTES, low);
  }

  /**
   * Finds an option with an Ethernet address; all options are looked at, because one of length 0 spoils the message
   * (RFC 4861 section 4.6).
   *
   * @param m the memory
   * @param offset of the message
   * @param lengthBytes of the message, options included
   * @param type {@link #SOURCE_LINK_OPTION} or {@link #TARGET_LINK_OPTION}
   * @return the address, the first one where there are several; or NO_LINK_OPTION, BAD_OPTIONS
   */
  public static long linkOption(MemorySegment m, long offset, int lengthBytes, int type) {
    long found = NO_LINK_OPTION;
    for (int at = LENGTH; at < lengthBytes; ) {
      if (lengthBytes - at < OPTION_UNIT_BYTES) {
        return BAD_OPTIONS;
      }
      int length = Wire.u8(m, offset + at + 1) * OPTION_UNIT_BYTES;
      if (length == 0 || length > lengthBytes - at) {
        return BAD_OPTIONS;
      }
      if (found == NO_LINK_OPTION && length == LINK_OPTION_LENGTH && Wire.u8(m, offset + at) == type) {
        found = Wire.u48(m, offset + at + OPTION_HEAD);
      }
      at += length;
    }
    return found;
  }

  /**
   * Writes an option with an Ethernet address.
   *
   * @param m the memory
   * @param offset of the message
   * @param position of the option in the message
   * @param type {@link #SOURCE_LINK_OPTION} or {@link #TARGET_LINK_OPTION}
   * @param hardware the address
   */
  public static void linkOption(MemorySegment m, long offset, int position, int type, long hardware) {
    Wire.put8(m, offset + position, type);
    Wire.put8(m, offset + position + 1, LINK_OPTION_LENGTH / OPTION_UNIT_BYTES);
    Wire.put48(m, offset + position + OPTION_HEAD, hardware);
  }
}
