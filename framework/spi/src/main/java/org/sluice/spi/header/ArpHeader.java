package org.sluice.spi.header;

import java.lang.foreign.MemorySegment;

/** An ARP packet for IPv4 over Ethernet (RFC 826). */
public final class ArpHeader {
  /** The length. */
  public static final int LENGTH = 28;
  /** Who has the target's protocol address? */
  public static final int REQUEST = 1;
  /** The sender has. */
  public static final int REPLY = 2;

  /** Hardware Ethernet, protocol IPv4, address lengths 6 and 4. */
  private static final long ETHERNET_IP4 = 0x0001_0800_0604L;

  private static final int OPERATION = 6;
  private static final int SENDER_HARDWARE = 8;
  private static final int SENDER_PROTOCOL = 14;
  private static final int TARGET_HARDWARE = 18;
  private static final int TARGET_PROTOCOL = 24;

  private ArpHeader() {}

  /**
   * Whether a packet is there that means something to us.
   *
   * @param m the memory
   * @param offset the first byte after the Ethernet header
   * @param available bytes from there; padding may follow
   * @return {@link #LENGTH}, or TRUNCATED, UNSUPPORTED_ARP of {@link HeaderFault}
   */
  public static int validate(MemorySegment m, long offset, int available) {
    if (available < LENGTH) {
      return HeaderFault.TRUNCATED;
    }
    int operation = operation(m, offset);
    boolean known = operation == REQUEST || operation == REPLY;
    return known && Wire.u48(m, offset) == ETHERNET_IP4 ? LENGTH : HeaderFault.UNSUPPORTED_ARP;
  }

  /**
   * What it is.
   *
   * @param m the memory
   * @param offset of the packet
   * @return {@link #REQUEST} or {@link #REPLY}
   */
  public static int operation(MemorySegment m, long offset) {
    return Wire.u16(m, offset + OPERATION);
  }

  /**
   * The sender's hardware address.
   *
   * @param m the memory
   * @param offset of the packet
   * @return 48 bits
   */
  public static long senderHardware(MemorySegment m, long offset) {
    return Wire.u48(m, offset + SENDER_HARDWARE);
  }

  /**
   * The sender's IPv4 address; 0 in a probe (RFC 5227 section 1.1).
   *
   * @param m the memory
   * @param offset of the packet
   * @return 32 bits
   */
  public static long senderProtocol(MemorySegment m, long offset) {
    return Wire.u32(m, offset + SENDER_PROTOCOL);
  }

  /**
   * The target's hardware address; of no meaning in a request.
   *
   * @param m the memory
   * @param offset of the packet
   * @return 48 bits
   */
  public static long targetHardware(MemorySegment m, long offset) {
    return Wire.u48(m, offset + TARGET_HARDWARE);
  }

  /**
   * The target's IPv4 address.
   *
   * @param m the memory
   * @param offset of the packet
   * @return 32 bits
   */
  public static long targetProtocol(MemorySegment m, long offset) {
    return Wire.u32(m, offset + TARGET_PROTOCOL);
  }

  /**
   * Writes the fixed part; sender and target follow.
   *
   * @param m the memory
   * @param offset of the packet
   * @param operation {@link #REQUEST} or {@link #REPLY}
   */
  public static void write(MemorySegment m, long offset, int operation) {
    Wire.put48(m, offset, ETHERNET_IP4);
    Wire.put16(m, offset + OPERATION, operation);
  }

  /**
   * Writes the sender.
   *
   * @param m the memory
   * @param offset of the packet
   * @param hardware 48 bits
   * @param protocol 32 bits
   */
  public static void sender(MemorySegment m, long offset, long hardware, long protocol) {
    Wire.put48(m, offset + SENDER_HARDWARE, hardware);
    Wire.put32(m, offset + SENDER_PROTOCOL, protocol);
  }

  /**
   * Writes the target.
   *
   * @param m the memory
   * @param offset of the packet
   * @param hardware 48 bits; 0 in a request
   * @param protocol 32 bits
   */
  public static void target(MemorySegment m, long offset, long hardware, long protocol) {
    Wire.put48(m, offset + TARGET_HARDWARE, hardware);
    Wire.put32(m, offset + TARGET_PROTOCOL, protocol);
  }
}
