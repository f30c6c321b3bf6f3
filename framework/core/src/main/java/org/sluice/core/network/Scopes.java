package org.sluice.core.network;

import org.sluice.spi.network.IpAddress;

/** How far an address reaches: its link (RFC 4291 section 2.5.6, RFC 3927) or farther. */
public final class Scopes {
  private Scopes() {}

  /**
   * Whether an address is valid on its link only.
   *
   * @param high first half
   * @param low second half
   * @return true for 169.254.0.0/16 and fe80::/10
   */
  public static boolean isLinkLocal(long high, long low) {
    return IpAddress.isIp4(high, low) ? (low >>> 16 & 0xffff) == 0xa9fe : high >>> 54 == 0xfe80 >>> 6;
  }
}
