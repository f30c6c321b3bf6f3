package org.sluice.spi.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address as two longs, high and low, in the order of the wire. IPv4 is held in its IPv4-mapped form
 * {@code ::ffff:a.b.c.d} (RFC 4291 section 2.5.5.2), so the family can be told from the value. Immutable; the static
 * methods work on the bare longs and allocate nothing.
 *
 * @param high the first eight bytes
 * @param low the last eight bytes
 */
public record IpAddress(long high, long low) {
  /** The prefix of the low half of every IPv4 address. */
  public static final long IP4_MAPPED = 0xffffL << 32;
  /** {@code 0.0.0.0}. */
  public static final IpAddress ANY_IP4 = new IpAddress(0, IP4_MAPPED);
  /** {@code ::}. */
  public static final IpAddress ANY_IP6 = new IpAddress(0, 0);

  /** Four decimal numbers without leading zeros, which some readers take for octal (RFC 6943 section 3.1.1). */
  private static final Pattern DOTTED_QUAD = Pattern.compile("(?:0|[1-9][0-9]{0,2})(?:\\.(?:0|[1-9][0-9]{0,2})){3}");

  /**
   * Reads a literal. Never resolves names.
   *
   * @param literal IPv4 dotted quad or IPv6 text, without brackets and scope
   * @return the address
   * @throws IllegalArgumentException when it is neither; the message quotes it
   */
  public static IpAddress parse(String literal) {
    boolean ip6 = literal.indexOf(':') >= 0;
    if (ip6 ? literal.startsWith("[") || literal.indexOf('%') >= 0 : !DOTTED_QUAD.matcher(literal).matches()) {
      throw bad(literal);
    }
    byte[] bytes;
    try {
      bytes = InetAddress.ofLiteral(literal).getAddress();
    } catch (IllegalArgumentException e) {
      throw bad(literal);
    }
    if (bytes.length == Integer.BYTES) {
      return ofIp4(word(bytes, 0, Integer.BYTES));
    }
    return new IpAddress(word(bytes, 0, Long.BYTES), word(bytes, Long.BYTES, Long.BYTES));
  }

  /**
   * An IPv4 address.
   *
   * @param bits its 32 bits, first byte highest; higher bits are ignored
   * @return the address
   */
  public static IpAddress ofIp4(long bits) {
    return new IpAddress(0, IP4_MAPPED | (bits & 0xffff_ffffL));
  }

  /**
   * Whether two longs hold an IPv4 address.
   *
   * @param high first half
   * @param low second half
   * @return true for the IPv4-mapped form
   */
  public static boolean isIp4(long high, long low) {
    return high == 0 && low >>> 32 == 0xffff;
  }

  /**
   * Whether two longs hold the unspecified address of either family (all zero, or IPv4 zero).
   *
   * @param high first half
   * @param low second half
   * @return true for {@code ::} and {@code 0.0.0.0}
   */
  public static boolean isAny(long high, long low) {
    return high == 0 && (low == 0 || low == IP4_MAPPED);
  }

  /**
   * Whether two longs hold a loopback address: {@code 127.0.0.0/8} or {@code ::1}.
   *
   * @param high first half
   * @param low second half
   * @return true for loopback
   */
  public static boolean isLoopback(long high, long low) {
    return high == 0 && (low == 1 || low >>> 24 == 0xffff7fL);
  }

  /**
   * The family of this address.
   *
   * @return true for IPv4
   */
  public boolean isIp4() {
    return isIp4(high, low);
  }

  /**
   * Whether this is the unspecified address.
   *
   * @return see {@link #isAny(long, long)}
   */
  public boolean isAny() {
    return isAny(high, low);
  }

  /**
   * Whether this is a loopback address.
   *
   * @return see {@link #isLoopback(long, long)}
   */
  public boolean isLoopback() {
    return isLoopback(high, low);
  }

  /**
   * The address as people write it (RFC 5952 for IPv6).
   *
   * @return text that {@link #parse} reads back
   */
  @Override
  public String toString() {
    return isIp4() ? ip4Text() : Ip6Text.format(high, low);
  }

  /**
   * The address for use with the JDK. Allocates.
   *
   * @return the address, {@link Inet4Address} for IPv4
   */
  public InetAddress toInetAddress() {
    byte[] bytes = new byte[isIp4() ? Integer.BYTES : 2 * Long.BYTES];
    for (int i = 0; i < bytes.length; i++) {
      int shift = 8 * (bytes.length - 1 - i);
      bytes[i] = (byte) (shift < Long.SIZE ? low >>> shift : high >>> (shift - Long.SIZE));
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("length " + bytes.length + " is legal", e);
    }
  }

  private String ip4Text() {
    return ((low >>> 24) & 0xff) + "." + ((low >>> 16) & 0xff) + "." + ((low >>> 8) & 0xff) + "." + (low & 0xff);
  }

  private static IllegalArgumentException bad(String literal) {
    return new IllegalArgumentException("'" + literal + "' is no IP address; write it as 10.0.0.1 or fe80::1");
  }

  private static long word(byte[] bytes, int offset, int length) {
    long word = 0;
    for (int i = 0; i < length; i++) {
      word = word << 8 | (bytes[offset + i] & 0xff);
    }
    return word;
  }
}
