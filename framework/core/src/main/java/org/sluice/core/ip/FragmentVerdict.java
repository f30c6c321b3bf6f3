package org.sluice.core.ip;

/** What became of a fragment. Whatever it is, the frame stays the caller's. */
public enum FragmentVerdict {
  /** Kept until the others come. */
  KEPT,
  /** It was the missing one: {@link Reassembler#wholeOffset} names the datagram, which is the caller's. */
  WHOLE,
  /** Dropped and counted. */
  DROPPED,
  /** Dropped and counted: IPv6, not the last, no multiple of 8 bytes; the sender is told (RFC 8200 section 4.5). */
  BAD_LENGTH,
  /** Dropped and counted: IPv6, would reach beyond 65,535 bytes; the sender is told (RFC 8200 section 4.5). */
  TOO_LONG,
  /** Dropped and counted: IPv6, the first one, without all headers; the sender is told (RFC 7112 section 5). */
  INCOMPLETE_CHAIN
}
