package org.sluice.spi.network;

/**
 * An ICMP error, reduced to what transports act on.
 *
 * @param kind what happened
 * @param local our address in the quoted packet
 * @param remote the peer's address in the quoted packet
 * @param localPort first port field of the quoted transport header (we were the sender)
 * @param remotePort second port field
 * @param sequence the next four bytes of the quoted header (TCP: the sequence number)
 * @param mtuBytes for {@link Kind#PACKET_TOO_BIG}: the next hop's MTU; otherwise 0
 * @param table the table set
 */
public record IcmpError(
    Kind kind,
    IpAddress local,
    IpAddress remote,
    int localPort,
    int remotePort,
    int sequence,
    int mtuBytes,
    int table) {

  /** The errors that transports tell apart. */
  public enum Kind {
    /** Net or host unreachable: soft for an established connection. */
    HOST_UNREACHABLE,
    /** Protocol or port unreachable: hard. */
    PORT_UNREACHABLE,
    /** Fragmentation needed, or IPv6 packet too big. */
    PACKET_TOO_BIG,
    /** Hop limit or reassembly time exceeded. */
    TIME_EXCEEDED,
    /** Communication administratively prohibited. */
    PROHIBITED
  }
}
