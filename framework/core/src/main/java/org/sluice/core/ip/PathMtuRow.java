package org.sluice.core.ip;

import org.sluice.spi.network.IpAddress;

/**
 * A path that is narrower than its first link.
 *
 * @param remote the destination
 * @param table the table set
 * @param mtuBytes the largest IP packet
 * @param ageNs since when it is known
 */
public record PathMtuRow(IpAddress remote, int table, int mtuBytes, long ageNs) {}
