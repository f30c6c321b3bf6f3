package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Wire;

/**
 * Messages of neighbour discovery (RFC 4861 section 4) as views like those of {@link org.sluice.spi.header}: first
 * {@link #validate}, then the others cannot fail. Checksums are not their business.
 */
public final class NdMessage {
  /** The hop limit of each message, so that none comes from beyond a router. */
  public static final int HOP_LIMIT = 255;
  /** Option: link-layer address of the sender. */
  public static final int SOURCE_LINK_ADDRESS = 1;
  /** Option: link-layer address of the target. */
  public static final int TARGET_LINK_ADDRESS = 2;
  /** Option: a prefix of the link. */
  public static final int PREFIX = 3;
  /** Option: the MTU of the link. */
  public static final int MTU = 5;
  /** Option: a number that tells an answer, or an own message that came back (RFC 3971 section 5.3.2, RFC 7527). */
  public static final int NONCE = 14;
  /** The most options of a message that are looked at; what has more is no valid message. */
  public static final int MAX_OPTIONS = 64;

  /** No such option. */
  public static final long NONE = -1;

  /** The length of a neighbour solicitation or advertisement without options. */
  static final int NEIGHBOR_LENGTH = 24;
  /** The length of a router advertisement without options. */
  static final int ADVERTISEMENT_LENGTH = 16;

  private static final int UNIT_BYTES = 8;

  private NdMessage() {}

  /**
   * Whether a message is what RFC 4861 sections 6.1 and 7.1 ask of all of its type, but for addresses: hop limit, code,
   * length, and options that are not empty and end with the message.
   *
   * @param m the memory
   * @param icmp the first byte of the message
   * @param lengthBytes of the message
   * @param hopLimit of its packet
   * @return whether it is one of router or neighbour discovery, and valid
   */
  public static boolean validate(MemorySegment m, long icmp, int lengthBytes, int hopLimit) {
    if (hopLimit != HOP_LIMIT || lengthBytes < IcmpHeader.LENGTH || IcmpHeader.code(m, icmp) != 0) {
      return false;
    }
    int fixed = fixedLength(IcmpHeader.type(m, icmp));
    if (fixed == 0 || lengthBytes < fixed) {
      return false;
    }
    int at = fixed;
    for (int count = 0; at < lengthBytes; count++) {
      if (count == MAX_OPTIONS || lengthBytes - at < UNIT_BYTES) {
        return false;
      }
      int option = optionLength(m, icmp + at);
      if (option == 0 || option > lengthBytes - at) {
        return false;
      }
      at += option;
    }
    return true;
  }

  private static int fixedLength(int type) {
    return switch (type) {
      case IcmpHeader.ROUTER_SOLICITATION_6 -> IcmpHeader.LENGTH;
      case IcmpHeader.ROUTER_ADVERTISEMENT_6 -> ADVERTISEMENT_LENGTH;
      case IcmpHeader.NEIGHBOR_SOLICITATION_6, IcmpHeader.NEIGHBOR_ADVERTISEMENT_6 -> NEIGHBOR_LENGTH;
      default -> 0;
    };
  }

  /**
   * The first option of a type, or the next one.
   *
   * @param m the memory
   * @param icmp the message, which was validated
   * @param lengthBytes of the message
   * @param type which option
   * @param after the option behind which to look; {@link #NONE} for the first one
   * @return its offset, or {@link #NONE}
   */
  public static long option(MemorySegment m, long icmp, int lengthBytes, int type, long after) {
    long at = after == NONE ? icmp + fixedLength(IcmpHeader.type(m, icmp)) : after + optionLength(m, after);
    while (at < icmp + lengthBytes) {
      if (Wire.u8(m, at) == type) {
        return at;
      }
      at += optionLength(m, at);
    }
    return NONE;
  }

  /**
   * The length of an option.
   *
   * @param m the memory
   * @param option its offset
   * @return bytes
   */
  public static int optionLength(MemorySegment m, long option) {
    return Wire.u8(m, option + 1) * UNIT_BYTES;
  }

  /**
   * The target of a neighbour solicitation or advertisement, first half.
   *
   * @param m the memory
   * @param icmp the message
   * @return eight bytes
   */
  public static long targetHigh(MemorySegment m, long icmp) {
    return Wire.i64(m, icmp + IcmpHeader.LENGTH);
  }

  /**
   * The target of a neighbour solicitation or advertisement, second half.
   *
   * @param m the memory
   * @param icmp the message
   * @return eight bytes
   */
  public static long targetLow(MemorySegment m, long icmp) {
    return Wire.i64(m, icmp + IcmpHeader.LENGTH + Long.BYTES);
  }

  /**
   * The nonce of a solicitation.
   *
   * @param m the memory
   * @param icmp the message, which was validated
   * @param lengthBytes of the message
   * @return 48 bits, or {@link #NONE} when it has none or one of another length
   */
  public static long nonce(MemorySegment m, long icmp, int lengthBytes) {
    long option = option(m, icmp, lengthBytes, NONCE, NONE);
    return option == NONE || optionLength(m, option) != UNIT_BYTES ? NONE : Wire.u48(m, option + 2);
  }

  /**
   * Writes a router solicitation (RFC 4861 section 4.1), its checksum 0.
   *
   * @param m the memory
   * @param icmp where
   * @param linkAddress the own MAC address; negative when the source is the unspecified address, which tells none
   * @return its length
   */
  public static int writeRouterSolicitation(MemorySegment m, long icmp, long linkAddress) {
    IcmpHeader.write(m, icmp, IcmpHeader.ROUTER_SOLICITATION_6, 0, 0);
    if (linkAddress < 0) {
      return IcmpHeader.LENGTH;
    }
    return IcmpHeader.LENGTH + writeOption(m, icmp + IcmpHeader.LENGTH, SOURCE_LINK_ADDRESS, linkAddress);
  }

  /**
   * Writes the solicitation by which a host asks whether an address is free (RFC 4862 section 5.4.2, RFC 7527), its
   * checksum 0. It goes from the unspecified address to the target's solicited-node multicast address.
   *
   * @param m the memory
   * @param icmp where
   * @param targetHigh the address, first half
   * @param targetLow the address, second half
   * @param nonce 48 bits
   * @return its length
   */
  public static int writeProbe(MemorySegment m, long icmp, long targetHigh, long targetLow, long nonce) {
    IcmpHeader.write(m, icmp, IcmpHeader.NEIGHBOR_SOLICITATION_6, 0, 0);
    Wire.put64(m, icmp + IcmpHeader.LENGTH, targetHigh);
    Wire.put64(m, icmp + IcmpHeader.LENGTH + Long.BYTES, targetLow);
    return NEIGHBOR_LENGTH + writeOption(m, icmp + NEIGHBOR_LENGTH, NONCE, nonce);
  }

  private static int writeOption(MemorySegment m, long at, int type, long sixBytes) {
    Wire.put8(m, at, type);
    Wire.put8(m, at + 1, 1);
    Wire.put48(m, at + 2, sixBytes);
    return UNIT_BYTES;
  }
}
