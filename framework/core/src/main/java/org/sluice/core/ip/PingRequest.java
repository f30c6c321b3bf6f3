package org.sluice.core.ip;

import org.sluice.spi.network.IpAddress;

/**
 * Whom to ask for echoes, and how.
 *
 * @param remote who is asked
 * @param local the source address; the unspecified address lets the route choose
 * @param table the table set to look up in
 * @param interfaceIndex the interface to leave by, or -1 for the route's
 * @param count how many requests, 1 to 65536
 * @param payloadBytes of each request behind the ICMP header
 * @param intervalNs between two requests
 * @param timeoutNs how long the last one is waited for
 */
public record PingRequest(IpAddress remote, IpAddress local, int table, int interfaceIndex, int count,
    int payloadBytes, long intervalNs, long timeoutNs) {
  /** Sequence numbers have 16 bits. */
  public static final int MAX_COUNT = 1 << 16;
}
