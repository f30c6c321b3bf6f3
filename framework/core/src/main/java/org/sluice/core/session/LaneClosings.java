package org.sluice.core.session;

import java.util.ArrayDeque;

/**
 * The lanes of one worker whose applications leave: in each turn as many of their sessions are taken away as it may run
 * events. Owned by the worker.
 */
final class LaneClosings {
  private final SessionLifecycle lifecycle;
  private final ArrayDeque<Closing> closing = new ArrayDeque<>();

  LaneClosings(SessionLifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  private record Closing(EventLane lane, Runnable closed) {}

  boolean isEmpty() {
    return closing.isEmpty();
  }

  int count() {
    return closing.size();
  }

  /** A lane that takes nothing new any more; the task runs when it has no session left. */
  void add(EventLane lane, Runnable closed) {
    closing.add(new Closing(lane, closed));
  }

  /** Takes up to a number of sessions away, and closes the lanes that have none left; returns how much was done. */
  int run(int budget) {
    int done = 0;
    for (Closing first = closing.peek(); first != null && done < budget; first = closing.peek()) {
      done++;
      StackSession session = first.lane().firstSession();
      if (session != null) {
        lifecycle.detach(session, ControlEvents.CLOSE);
        continue;
      }
      closing.remove();
      first.lane().drain();
      first.lane().close();
      first.closed().run();
    }
    return done;
  }
}
