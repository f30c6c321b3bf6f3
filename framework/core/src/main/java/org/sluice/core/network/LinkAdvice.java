package org.sluice.core.network;

/**
 * What the routers of a link say of packets to be sent there.
 *
 * @param mtuBytes the largest IPv6 packet; 0 when that is the card's to say
 * @param hopLimit of IPv6 packets; 0 when that is the sender's to say
 */
public record LinkAdvice(int mtuBytes, int hopLimit) {
  /** Nothing was said. */
  public static final LinkAdvice NONE = new LinkAdvice(0, 0);
}
