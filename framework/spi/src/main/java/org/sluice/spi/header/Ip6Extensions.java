package org.sluice.spi.header;

import java.lang.foreign.MemorySegment;

/** The chain of IPv6 extension headers (RFC 8200 section 4, RFC 6564 for those still unknown to us). */
public final class Ip6Extensions {
  /** The most extension headers of one packet that are walked; RFC 8883 section 2 allows a host such a limit. */
  public static final int MAX_HEADERS = 8;
  /** Hop-by-hop options. */
  public static final int HOP_BY_HOP = 0;
  /** Routing header. */
  public static final int ROUTING = 43;
  /** Fragment header, {@link #FRAGMENT_LENGTH} bytes. */
  public static final int FRAGMENT = 44;
  /** Nothing follows. */
  public static final int NO_NEXT_HEADER = 59;
  /** Destination options. */
  public static final int DESTINATION_OPTIONS = 60;
  /** The length of a fragment header. */
  public static final int FRAGMENT_LENGTH = 8;

  private static final int UNIT_BYTES = 8;

  private Ip6Extensions() {}

  /**
   * Finds the first header that is no options or routing header: that of the transport, or a fragment header, behind
   * which only a whole packet has a transport header. What the options say is not looked at.
   *
   * @param m the memory
   * @param offset of the IPv6 header, which was validated
   * @return {@code protocol << 32 | distance}: the number of that header and its distance from the IPv6 header's first
   *     byte; or TRUNCATED, TOO_MANY_EXTENSIONS of {@link HeaderFault}. Take it apart by {@link #protocol} and {@link
   *     #distance}
   */
  public static long find(MemorySegment m, long offset) {
    int end = Ip6Header.LENGTH + Ip6Header.payloadLength(m, offset);
    return find(m, offset, Ip6Header.nextHeader(m, offset), Ip6Header.LENGTH, end);
  }

  /**
   * As {@link #find(MemorySegment, long)}, from any header of the chain on: for what follows a fragment header, and for
   * packets of which only the beginning is there, as in ICMP errors.
   *
   * @param m the memory
   * @param offset of the IPv6 header
   * @param number of the header to begin with
   * @param distance of that header from the IPv6 header's first byte
   * @param end the distance at which what is there ends
   * @return as there; a header that lies beyond the end is TRUNCATED, one that begins there is not when it is neither
   *     options nor routing nor fragment header
   */
  public static long find(MemorySegment m, long offset, int number, int distance, int end) {
    int next = number;
    int at = distance;
    for (int count = 0; next == HOP_BY_HOP || next == ROUTING || next == DESTINATION_OPTIONS; count++) {
      if (count == MAX_HEADERS) {
        return HeaderFault.TOO_MANY_EXTENSIONS;
      }
      if (end - at < UNIT_BYTES) {
        return HeaderFault.TRUNCATED;
      }
      next = Wire.u8(m, offset + at);
      at += (1 + Wire.u8(m, offset + at + 1)) * UNIT_BYTES;
      if (at > end) {
        return HeaderFault.TRUNCATED;
      }
    }
    if (next == FRAGMENT && end - at < FRAGMENT_LENGTH) {
      return HeaderFault.TRUNCATED;
    }
    return (long) next << Integer.SIZE | at;
  }

  /**
   * The number of the header found.
   *
   * @param found what {@link #find} returned, not negative
   * @return the protocol number
   */
  public static int protocol(long found) {
    return (int) (found >>> Integer.SIZE);
  }

  /**
   * Where it is.
   *
   * @param found what {@link #find} returned, not negative
   * @return bytes from the first byte of the IPv6 header
   */
  public static int distance(long found) {
    return (int) found;
  }

  /**
   * What a fragment header is followed by, in the first fragment.
   *
   * @param m the memory
   * @param offset of the fragment header
   * @return the protocol number
   */
  public static int fragmentNextHeader(MemorySegment m, long offset) {
    return Wire.u8(m, offset);
  }

  /**
   * Where a fragment's payload belongs in the payload of the whole.
   *
   * @param m the memory
   * @param offset of the fragment header
   * @return bytes
   */
  public static int fragmentOffset(MemorySegment m, long offset) {
    return Wire.u16(m, offset + 2) & ~7;
  }

  /**
   * Whether more fragments follow.
   *
   * @param m the memory
   * @param offset of the fragment header
   * @return false in the last one
   */
  public static boolean moreFragments(MemorySegment m, long offset) {
    return (Wire.u16(m, offset + 2) & 1) != 0;
  }

  /**
   * What fragments of one packet have in common.
   *
   * @param m the memory
   * @param offset of the fragment header
   * @return 32 bits
   */
  public static int fragmentIdentification(MemorySegment m, long offset) {
    return Wire.i32(m, offset + 4);
  }
}
