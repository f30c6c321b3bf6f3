package org.sluice.spi.header;

import java.lang.foreign.MemorySegment;

/** The header of an Ethernet II frame (RFC 894; IEEE 802.3 section 3.2). Addresses are the lower 48 bits of a long. */
public final class EthernetHeader {
  /** The length, without tags: a tagged frame shows the tag's type. */
  public static final int LENGTH = 14;
  /** IPv4. */
  public static final int TYPE_IP4 = 0x0800;
  /** ARP. */
  public static final int TYPE_ARP = 0x0806;
  /** IPv6. */
  public static final int TYPE_IP6 = 0x86dd;
  /** The address of all stations. */
  public static final long BROADCAST = 0xffff_ffff_ffffL;

  private static final int LEAST_TYPE = 0x0600;
  private static final int DESTINATION = 0;
  private static final int SOURCE = 6;
  private static final int TYPE = 12;

  private EthernetHeader() {}

  /**
   * Whether a header is there.
   *
   * @param m the memory
   * @param offset the first byte of the frame
   * @param available bytes of the frame
   * @return {@link #LENGTH}, or TRUNCATED, NOT_ETHERNET_II of {@link HeaderFault}
   */
  public static int validate(MemorySegment m, long offset, int available) {
    if (available < LENGTH) {
      return HeaderFault.TRUNCATED;
    }
    return type(m, offset) < LEAST_TYPE ? HeaderFault.NOT_ETHERNET_II : LENGTH;
  }

  /**
   * The receiver.
   *
   * @param m the memory
   * @param offset of the header
   * @return the address
   */
  public static long destination(MemorySegment m, long offset) {
    return Wire.i64(m, offset + DESTINATION) >>> 16;
  }

  /**
   * The sender.
   *
   * @param m the memory
   * @param offset of the header
   * @return the address
   */
  public static long source(MemorySegment m, long offset) {
    return Wire.i64(m, offset + SOURCE) >>> 16;
  }

  /**
   * What the frame carries.
   *
   * @param m the memory
   * @param offset of the header
   * @return the type
   */
  public static int type(MemorySegment m, long offset) {
    return Wire.u16(m, offset + TYPE);
  }

  /**
   * Writes a header.
   *
   * @param m the memory
   * @param offset of the header
   * @param destination the receiver
   * @param source the sender
   * @param type what the frame carries
   */
  public static void write(MemorySegment m, long offset, long destination, long source, int type) {
    Wire.put64(m, offset + DESTINATION, destination << 16 | source >>> 32 & 0xffff);
    Wire.put64(m, offset + SOURCE, source << 16 | type);
  }

  /**
   * Whether an address names a group; {@link #BROADCAST} does.
   *
   * @param address a hardware address
   * @return true for multicast
   */
  public static boolean isMulticast(long address) {
    return (address & 1L << 40) != 0;
  }
}
