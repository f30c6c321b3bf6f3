package org.sluice.core.network;

import org.sluice.spi.network.IpAddress;

/** How far an address reaches: its link (RFC 4291 section 2.5.6, RFC 3927) or farther. */
final class Scopes {
  private Scopes() {}

  static boolean isLinkLocal(long high, long low) {
    return IpAddress.isIp4(high, low) ? (low >>> 16 & 0xffff) == 0xa9fe : high >>> 54 == 0xfe80 >>> 6;
  }
}
