package org.sluice.spi.network;

/**
 * Where a {@link Path} is to lead.
 *
 * @param remote the destination
 * @param local the wanted source address; the unspecified address lets the route choose
 * @param table the table set to look up in
 * @param interfaceIndex the interface to leave by, or -1 for the route's
 * @param dscp the differentiated services code point (RFC 2474), 0 to 63
 * @param ipProtocol what the packets carry: the protocol number, 0 to 255
 */
public record PathRequest(
    IpAddress remote, IpAddress local, int table, int interfaceIndex, int dscp, int ipProtocol) {}
