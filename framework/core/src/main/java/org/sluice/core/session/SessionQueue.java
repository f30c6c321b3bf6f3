package org.sluice.core.session;

import org.jspecify.annotations.Nullable;

/**
 * A list of sessions that links live in the sessions themselves: adding and removing anywhere takes constant time and
 * no memory. Owned by one worker.
 */
final class SessionQueue {
  /** A session's place in at most one queue of a kind. */
  static final class Place {
    final StackSession session;
    private @Nullable SessionQueue queue;
    private @Nullable Place previous;
    private @Nullable Place next;

    Place(StackSession session) {
      this.session = session;
    }

    boolean isTaken() {
      return queue != null;
    }

    /** Leaves whatever queue it is in. */
    void leave() {
      if (queue != null) {
        queue.remove(this);
      }
    }
  }

  private @Nullable Place head;
  private @Nullable Place tail;

  boolean isEmpty() {
    return head == null;
  }

  @Nullable StackSession first() {
    return head == null ? null : head.session;
  }

  void append(Place place) {
    assert place.queue == null : "queued twice: " + place.session;
    place.queue = this;
    place.previous = tail;
    if (tail == null) {
      head = place;
    } else {
      tail.next = place;
    }
    tail = place;
  }

  void prepend(Place place) {
    assert place.queue == null : "queued twice: " + place.session;
    place.queue = this;
    place.next = head;
    if (head == null) {
      tail = place;
    } else {
      head.previous = place;
    }
    head = place;
  }

  /** Moves everything of another queue before what is here; takes time in the length of the other one. */
  void prependAll(SessionQueue other) {
    for (Place last = other.tail; last != null; last = other.tail) {
      other.remove(last);
      prepend(last);
    }
  }

  private void remove(Place place) {
    Place before = place.previous;
    Place after = place.next;
    if (before == null) {
      head = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      tail = before;
    } else {
      after.previous = before;
    }
    place.queue = null;
    place.previous = null;
    place.next = null;
  }
}
