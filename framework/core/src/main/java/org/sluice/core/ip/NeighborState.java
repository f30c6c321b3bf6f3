package org.sluice.core.ip;

/** The states of RFC 4861 section 7.3.2, for both families. */
enum NeighborState {
  /** It was removed, or did not answer. */
  GONE,
  /** Its hardware address is asked for. */
  INCOMPLETE,
  /** It answered lately. */
  REACHABLE,
  /** It answered once. */
  STALE,
  /** Something was sent to it, and an answer may come without asking. */
  DELAY,
  /** It is asked whether it is still there. */
  PROBE;

  boolean hasAddress() {
    return ordinal() >= REACHABLE.ordinal();
  }
}
