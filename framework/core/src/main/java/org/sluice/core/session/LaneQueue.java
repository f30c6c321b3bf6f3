package org.sluice.core.session;

import org.jspecify.annotations.Nullable;

/** The lanes of one worker that have events to deliver, linked by themselves. Owned by the worker. */
final class LaneQueue {
  private @Nullable EventLane head;
  private @Nullable EventLane tail;

  boolean isEmpty() {
    return head == null;
  }

  /** How many there are, counted up to a number. */
  int count(int most) {
    int count = 0;
    for (EventLane lane = head; lane != null && count < most; lane = lane.nextScheduled) {
      count++;
    }
    return count;
  }

  void append(EventLane lane) {
    EventLane last = tail;
    if (last == null) {
      head = lane;
    } else {
      last.nextScheduled = lane;
    }
    tail = lane;
  }

  /** Takes the first lane out; null when there is none. */
  @Nullable EventLane poll() {
    EventLane lane = head;
    if (lane == null) {
      return null;
    }
    head = lane.nextScheduled;
    if (head == null) {
      tail = null;
    }
    lane.nextScheduled = null;
    lane.scheduled(false);
    return lane;
  }
}
