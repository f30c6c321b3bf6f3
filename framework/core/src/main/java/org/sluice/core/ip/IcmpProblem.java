package org.sluice.core.ip;

import org.sluice.spi.header.IcmpHeader;

/** What an ICMP error tells its receiver, with its type and code in both families (RFC 792, RFC 1812, RFC 4443). */
public enum IcmpProblem {
  /** Nobody speaks the protocol; the detail is the distance of the field that names it, which IPv6 tells. */
  PROTOCOL_UNREACHABLE(3, 2, 4, 1),
  /** Fragments stayed away. */
  REASSEMBLY_TIME_EXCEEDED(11, 1, 3, 1),
  /** A header field makes no sense; the detail is its distance from the IP header. */
  BAD_HEADER(12, 0, 4, 0),
  /** An IPv6 option that must be known is not; the detail is its distance from the IP header. */
  UNKNOWN_OPTION(12, 0, 4, 2),
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
    return !ip4 ? detail : type4 == IcmpHeader.PARAMETER_PROBLEM ? detail << 24 : 0;
  }
}
