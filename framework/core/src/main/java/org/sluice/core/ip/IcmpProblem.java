package org.sluice.core.ip;

/** What an ICMP error tells its receiver, with its type and code in both families (RFC 792, RFC 1812, RFC 4443). */
public enum IcmpProblem {
  /** Nobody listens on the port. */
  PORT_UNREACHABLE(3, 3, 1, 4),
  /** Nobody speaks the protocol; the detail is the distance of the field that names it, which IPv6 tells. */
  PROTOCOL_UNREACHABLE(3, 2, 4, 1),
  /** The host does not answer. */
  HOST_UNREACHABLE(3, 1, 1, 3),
  /** There is no route. */
  NO_ROUTE(3, 0, 1, 0),
  /** A rule refuses it. */
  PROHIBITED(3, 13, 1, 1),
  /** The hop limit is used up. */
  TIME_EXCEEDED(11, 0, 3, 0),
  /** Fragments stayed away. */
  REASSEMBLY_TIME_EXCEEDED(11, 1, 3, 1),
  /** It does not fit the next link; the detail is that one's MTU. */
  PACKET_TOO_BIG(3, 4, 2, 0),
  /** A header field makes no sense; the detail is its distance from the IP header. */
  BAD_HEADER(12, 0, 4, 0),
  /** A first IPv6 fragment without all headers (RFC 7112 section 5); the detail is 0. */
  INCOMPLETE_CHAIN(12, 0, 4, 3);

  final int type4;
  final int code4;
  final int type6;
  final int code6;

  IcmpProblem(int type4, int code4, int type6, int code6) {
    this.type4 = type4;
    this.code4 = code4;
    this.type6 = type6;
    this.code6 = code6;
  }

  /** The last four bytes of the message's header. */
  int rest(boolean ip4, int detail) {
    // IPv4 has room for a pointer of 8 bits, in front.
    return ip4 && type4 == 12 ? detail << 24 : ip4 && this != PACKET_TOO_BIG ? 0 : detail;
  }
}
