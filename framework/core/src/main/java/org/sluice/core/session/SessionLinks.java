package org.sluice.core.session;

import org.jspecify.annotations.Nullable;

/**
 * The links by which a session lies in the queues of its worker: in at most one of each kind, without an object of its
 * own per place. A queue's head is a bare one of these. Owned by the worker.
 */
class SessionLinks {
  /** The kinds of queues. */
  enum Kind { OVERFLOW, CONTROL, TX, SWEEP }

  private @Nullable SessionLinks overflowNext;
  private @Nullable SessionLinks overflowPrevious;
  private @Nullable SessionLinks controlNext;
  private @Nullable SessionLinks controlPrevious;
  private @Nullable SessionLinks txNext;
  private @Nullable SessionLinks txPrevious;
  private @Nullable SessionLinks sweepNext;
  private @Nullable SessionLinks sweepPrevious;

  /** Whether it lies in a queue of a kind. */
  final boolean isQueued(Kind kind) {
    return next(kind) != null;
  }

  /** Leaves the queue of a kind that it is in, if any. */
  final void leave(Kind kind) {
    SessionLinks after = next(kind);
    SessionLinks before = previous(kind);
    if (after != null && before != null) {
      before.next(kind, after);
      after.previous(kind, before);
      next(kind, null);
      previous(kind, null);
    }
  }

  final @Nullable SessionLinks next(Kind kind) {
    return switch (kind) {
      case OVERFLOW -> overflowNext;
      case CONTROL -> controlNext;
      case TX -> txNext;
      case SWEEP -> sweepNext;
    };
  }

  final @Nullable SessionLinks previous(Kind kind) {
    return switch (kind) {
      case OVERFLOW -> overflowPrevious;
      case CONTROL -> controlPrevious;
      case TX -> txPrevious;
      case SWEEP -> sweepPrevious;
    };
  }

  final void next(Kind kind, @Nullable SessionLinks links) {
    switch (kind) {
      case OVERFLOW -> overflowNext = links;
      case CONTROL -> controlNext = links;
      case TX -> txNext = links;
      case SWEEP -> sweepNext = links;
    }
  }

  final void previous(Kind kind, @Nullable SessionLinks links) {
    switch (kind) {
      case OVERFLOW -> overflowPrevious = links;
      case CONTROL -> controlPrevious = links;
      case TX -> txPrevious = links;
      case SWEEP -> sweepPrevious = links;
    }
  }
}
