package org.sluice.core.ip;

/** The states of RFC 4861 section 7.3.2, for both families. */
enum NeighborState {
  /** It was removed, or did not answer. */
  GONE(0),
  /** Its hardware address is asked for. */
  INCOMPLETE(1),
  /** It answered lately. */
  REACHABLE(2),
  /** It answered once. */
  STALE(3),
  /** Something was sent to it, and an answer may come without asking. */
  DELAY(4),
  /** It is asked whether it is still there. */
  PROBE(5);

  /** As it stands in the word of a {@link Neighbor}. */
  final int code;

  NeighborState(int code) {
    this.code = code;
  }

  static NeighborState of(int code) {
    for (NeighborState state : values()) {
      if (state.code == code) {
        return state;
      }
    }
    throw new AssertionError("no state " + code);
  }

  boolean hasAddress() {
    return code >= REACHABLE.code;
  }
}
