package org.sluice.core.session;

import org.jspecify.annotations.Nullable;

/**
 * The links by which a session lies in the queues of its worker: in at most one of each kind, without an object of its
 * own per place. A queue's head is a bare one of these. Owned by the worker.
 */
class SessionLinks {
  // The kinds of queues.

  /** Its events wait for room in the lane's queue. */
  static final int OVERFLOW = 0;
  /** It was asked for control. */
  static final int CONTROL = 1;
  /** It has something to send. */
  static final int TX = 2;
  /** It is looked at for idle memory. */
  static final int SWEEP = 3;
  /** Its application waits for memory to write into. */
  static final int MEMORY = 4;

  private @Nullable SessionLinks overflowNext;
  private @Nullable SessionLinks overflowPrevious;
  private @Nullable SessionLinks controlNext;
  private @Nullable SessionLinks controlPrevious;
  private @Nullable SessionLinks txNext;
  private @Nullable SessionLinks txPrevious;
  private @Nullable SessionLinks sweepNext;
  private @Nullable SessionLinks sweepPrevious;
  private @Nullable SessionLinks memoryNext;
  private @Nullable SessionLinks memoryPrevious;

  /** Whether it lies in a queue of a kind. */
  final boolean isQueued(int kind) {
    return next(kind) != null;
  }

  /** Leaves the queue of a kind that it is in, if any. */
  final void leave(int kind) {
    SessionLinks after = next(kind);
    SessionLinks before = previous(kind);
    if (after != null && before != null) {
      before.next(kind, after);
      after.previous(kind, before);
      next(kind, null);
      previous(kind, null);
    }
  }

  final @Nullable SessionLinks next(int kind) {
    return switch (kind) {
      case OVERFLOW -> overflowNext;
      case CONTROL -> controlNext;
      case TX -> txNext;
      case SWEEP -> sweepNext;
      default -> memoryNext;
    };
  }

  final @Nullable SessionLinks previous(int kind) {
    return switch (kind) {
      case OVERFLOW -> overflowPrevious;
      case CONTROL -> controlPrevious;
      case TX -> txPrevious;
      case SWEEP -> sweepPrevious;
      default -> memoryPrevious;
    };
  }

  final void next(int kind, @Nullable SessionLinks links) {
    switch (kind) {
      case OVERFLOW -> overflowNext = links;
      case CONTROL -> controlNext = links;
      case TX -> txNext = links;
      case SWEEP -> sweepNext = links;
      default -> memoryNext = links;
    }
  }

  final void previous(int kind, @Nullable SessionLinks links) {
    switch (kind) {
      case OVERFLOW -> overflowPrevious = links;
      case CONTROL -> controlPrevious = links;
      case TX -> txPrevious = links;
      case SWEEP -> sweepPrevious = links;
      default -> memoryPrevious = links;
    }
  }
}
