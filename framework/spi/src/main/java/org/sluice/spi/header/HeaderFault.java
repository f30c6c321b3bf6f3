package org.sluice.spi.header;

/**
 * Why bytes are no valid header: the negative results of the {@code validate} methods. A faulty packet is counted under
 * its fault and dropped.
 */
public final class HeaderFault {
  /** The packet ends within the header, or before the length that the header tells. */
  public static final int TRUNCATED = -1;
  /** The version field is not that of the protocol. */
  public static final int BAD_VERSION = -2;
  /** The header tells a header length below the least possible. */
  public static final int BAD_HEADER_LENGTH = -3;
  /** The header tells a packet length that does not even cover the header. */
  public static final int BAD_LENGTH = -4;
  /** The frame has a length where Ethernet II has a type. */
  public static final int NOT_ETHERNET_II = -5;
  /** ARP for other hardware or another protocol than Ethernet and IPv4, or another operation than ask and answer. */
  public static final int UNSUPPORTED_ARP = -6;
  /** More IPv6 extension headers than {@link Ip6Extensions#MAX_HEADERS}. */
  public static final int TOO_MANY_EXTENSIONS = -7;

  private static final String[] TEXTS = {
    "valid", "truncated", "bad-version", "bad-header-length", "bad-length", "not-ethernet-2", "unsupported-arp",
    "too-many-extensions"
  };

  private HeaderFault() {}

  /**
   * The name of a fault, fit for a counter.
   *
   * @param result what {@code validate} returned
   * @return lower-case words joined by hyphens; {@code valid} for what is not negative
   */
  public static String text(long result) {
    return result >= 0 ? TEXTS[0] : result > -TEXTS.length ? TEXTS[(int) -result] : "unknown";
  }
}
