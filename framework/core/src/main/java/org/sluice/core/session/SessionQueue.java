package org.sluice.core.session;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A queue of sessions that are linked by themselves ({@link SessionLinks}): adding and removing anywhere takes constant
 * time and no memory. A circle through the queue's head, so that a session leaves without knowing which queue it is in.
 * Owned by one worker.
 */
final class SessionQueue {
  private final int kind;
  private final SessionLinks head = new SessionLinks();

  SessionQueue(int kind) {
    this.kind = kind;
    head.next(kind, head);
    head.previous(kind, head);
  }

  boolean isEmpty() {
    return head.next(kind) == head;
  }

  @Nullable StackSession first() {
    return head.next(kind) instanceof StackSession session ? session : null;
  }

  /** The same of a queue that half-opens may be in. */
  @Nullable SessionSlot firstSlot() {
    return head.next(kind) instanceof SessionSlot slot ? slot : null;
  }

  /** How many there are, counted up to a number. */
  int count(int most) {
    int count = 0;
    for (SessionLinks at = head.next(kind); at != head && at != null && count < most; at = at.next(kind)) {
      count++;
    }
    return count;
  }

  void append(SessionSlot session) {
    assert !session.isQueued(kind) : "queued twice: " + session;
    link(neighbour(head.previous(kind)), session);
    link(session, head);
  }

  /** Moves everything of another queue of the kind before what is here. */
  void prependAll(SessionQueue other) {
    if (other.isEmpty()) {
      return;
    }
    SessionLinks first = neighbour(other.head.next(kind));
    SessionLinks last = neighbour(other.head.previous(kind));
    link(other.head, other.head);
    link(last, neighbour(head.next(kind)));
    link(head, first);
  }

  private void link(SessionLinks before, SessionLinks after) {
    before.next(kind, after);
    after.previous(kind, before);
  }

  private static SessionLinks neighbour(@Nullable SessionLinks links) {
    return Objects.requireNonNull(links, "a head is always linked");
  }
}
