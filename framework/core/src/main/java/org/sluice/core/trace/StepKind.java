package org.sluice.core.trace;

/** The steps that the stack notes itself. In a record a transport's step has its number behind these. */
final class StepKind {
  /** What became of a fragment. */
  static final int REFUSED = 0;
  /** It waits for others. */
  static final int KEPT = 1;
  /** It was the last that was missing. */
  static final int WHOLE = 2;

  /** A fragment came to be put together: what became of it. */
  static final int FRAGMENT = 0;
  /** A packet was given to a protocol: its number, and the table. */
  static final int GIVEN = 1;
  /** A counter grew: which one, by how much. */
  static final int COUNTED = 2;
  /** The session that sends: its handle. */
  static final int SESSION = 3;
  /** The path: both halves of the destination, bytes, the most that fit. */
  static final int PATH = 4;
  /** The next hop: both halves of its address, its hardware address or 0. */
  static final int NEXT_HOP = 5;
  /** The card took it: how many more it would take. */
  static final int QUEUED = 6;
  /** The bits of a step of a transport: above them stands who knows what it means. */
  static final int OWNER_SHIFT = 8;

  private StepKind() {}
}
