package org.sluice.core.ip;

import org.sluice.spi.network.IpAddress;

/** Kinds of addresses that packets are treated by. Addresses are two longs as in {@link IpAddress}. */
final class Addresses {
  static final long LINK_LOCAL_HIGH = 0xfe80L << 48;

  private static final int CLASS_D = 0xe0;

  private Addresses() {}

  /** Whether the first half is that of an address in {@code fe80::/10}. */
  static boolean isLinkLocal6(long high) {
    return high >>> 54 == 0xfe80 >>> 6;
  }

  static boolean isMulticast(long high, long low) {
    return IpAddress.isIp4(high, low) ? (firstByte4(low) & 0xf0) == CLASS_D : high >>> 56 == 0xff;
  }

  /** Whether an address stands for exactly one host, so that it can be answered (RFC 1122 section 3.2.2). */
  static boolean isOneHost(long high, long low) {
    if (IpAddress.isIp4(high, low)) {
      int first = firstByte4(low);
      return first != 0 && first != 127 && first < CLASS_D;
    }
    return !(high == 0 && low == 0) && !isMulticast(high, low);
  }

  static boolean isBroadcast4(long high, long low) {
    return high == 0 && low == (IpAddress.IP4_MAPPED | 0xffff_ffffL);
  }

  private static int firstByte4(long low) {
    return (int) (low >>> 24) & 0xff;
  }
}
