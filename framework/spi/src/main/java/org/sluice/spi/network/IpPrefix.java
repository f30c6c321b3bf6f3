package org.sluice.spi.network;

/**
 * An address with the number of its leading bits that count: {@code 10.1.0.0/16}, or with bits behind them, as an
 * interface has it, {@code 10.1.2.3/16}. Lengths are those of the family, 0 to 32 or 0 to 128. Immutable.
 *
 * @param address an address of the prefix; bits behind {@code length} are kept
 * @param length how many leading bits count
 */
public record IpPrefix(IpAddress address, int length) {
  /** Every IPv4 address. */
  public static final IpPrefix ALL_IP4 = new IpPrefix(IpAddress.ANY_IP4, 0);
  /** Every IPv6 address. */
  public static final IpPrefix ALL_IP6 = new IpPrefix(IpAddress.ANY_IP6, 0);
  /** The leading bits of the 128 that are the same in all IPv4-mapped addresses. */
  public static final int IP4_OFFSET_BITS = 96;

  /**
   * Checks the length.
   *
   * @throws IllegalArgumentException when the length is none of the address's family
   */
  public IpPrefix {
    int most = most(address);
    if (length < 0 || length > most) {
      throw new IllegalArgumentException(
          "the length of " + address + "/" + length + " must be 0 to " + most);
    }
  }

  /**
   * The prefix that holds one address only.
   *
   * @param address the address
   * @return its prefix of full length
   */
  public static IpPrefix host(IpAddress address) {
    return new IpPrefix(address, most(address));
  }

  /**
   * Reads a prefix; an address without a length stands for itself alone.
   *
   * @param text an address literal, or one with {@code /} and a decimal length
   * @return the prefix, with all bits of the address
   * @throws IllegalArgumentException when it is none; the message quotes it
   */
  public static IpPrefix parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return host(IpAddress.parse(text));
    }
    IpAddress address = IpAddress.parse(text.substring(0, slash));
    String digits = text.substring(slash + 1);
    boolean number = !digits.isEmpty() && digits.length() <= 3 && digits.chars().allMatch(c -> c >= '0' && c <= '9')
        && (digits.length() == 1 || digits.charAt(0) != '0');
    if (!number || Integer.parseInt(digits) > most(address)) {
      throw new IllegalArgumentException("'" + text + "' is no prefix; write it as 10.0.0.0/8 or 2001:db8::/32, with a"
          + " length of 0 to " + most(address));
    }
    return new IpPrefix(address, Integer.parseInt(digits));
  }

  /**
   * The bits of the first half that a number of leading bits covers.
   *
   * @param bits leading bits of the 128
   * @return a mask of the high long
   */
  public static long maskHigh(int bits) {
    return bits <= 0 ? 0 : bits >= Long.SIZE ? -1 : -1L << (Long.SIZE - bits);
  }

  /**
   * The bits of the second half that a number of leading bits covers.
   *
   * @param bits leading bits of the 128
   * @return a mask of the low long
   */
  public static long maskLow(int bits) {
    return maskHigh(bits - Long.SIZE);
  }

  /**
   * The family of this prefix.
   *
   * @return true for IPv4
   */
  public boolean isIp4() {
    return address.isIp4();
  }

  /**
   * How many leading bits of the 128 of an {@link IpAddress} count: 96 more than the length for IPv4.
   *
   * @return 0 to 128
   */
  public int bits() {
    return isIp4() ? IP4_OFFSET_BITS + length : length;
  }

  /**
   * Whether an address is of this family and has the same leading bits.
   *
   * @param high first half
   * @param low second half
   * @return true when it is inside
   */
  public boolean contains(long high, long low) {
    return ((high ^ address.high()) & maskHigh(bits())) == 0
        && ((low ^ address.low()) & maskLow(bits())) == 0
        && IpAddress.isIp4(high, low) == isIp4();
  }

  /**
   * Whether an address is of this family and has the same leading bits.
   *
   * @param other the address
   * @return true when it is inside
   */
  public boolean contains(IpAddress other) {
    return contains(other.high(), other.low());
  }

  /**
   * Whether every address of another prefix is in this one.
   *
   * @param other the other prefix
   * @return true when it is this one or inside
   */
  public boolean covers(IpPrefix other) {
    return other.length >= length && contains(other.address);
  }

  /**
   * The prefix without the bits that do not count, as routes and rules have it.
   *
   * @return this with zeros behind {@code length}
   */
  public IpPrefix mask() {
    long high = address.high() & maskHigh(bits());
    long low = address.low() & maskLow(bits());
    return high == address.high() && low == address.low() ? this : new IpPrefix(new IpAddress(high, low), length);
  }

  /**
   * The prefix as people write it.
   *
   * @return text that {@link #parse} reads back
   */
  @Override
  public String toString() {
    return address + "/" + length;
  }

  private static int most(IpAddress address) {
    return address.isIp4() ? Integer.SIZE : 2 * Long.SIZE;
  }
}
