package org.sluice.core.ip;

/**
 * The bounds of what is learned of links, and how often they are asked for addresses. Each bound has a counter that
 * tells how often it was hit.
 *
 * @param maxTentative addresses of one interface and family that its link is asked for at a time
 * @param maxRouters default routers of one interface
 * @param maxPrefixes prefixes of one interface that routers told of
 * @param advertisementsPerSecond router advertisements of one interface that change something in a second
 * @param leastHopLimit the smallest hop limit that is believed of a router
 * @param probes6 how often a link is asked for an IPv6 address before it is used; 0 for never
 * @param probes4 how often a link is asked for an IPv4 address before it is used; 0 for never
 */
public record LinkLimits(
    int maxTentative,
    int maxRouters,
    int maxPrefixes,
    int advertisementsPerSecond,
    int leastHopLimit,
    int probes6,
    int probes4) {
  /** What a stack uses unless told otherwise. */
  public static final LinkLimits DEFAULT =
      new LinkLimits(1 << 12, 16, 64, 10, 32, DuplicateAddressDetection.DEFAULT_TRANSMITS, 0);
}
