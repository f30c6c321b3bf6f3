package org.sluice.plugin.lab;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.runtime.Counter;

/** The connects of one application: those that wait, and the outcomes of the last ones. Callbacks never wait here. */
final class ConnectBook {
  private final int most;
  private final Counter forgotten;
  private final Deque<LabConnect> all = new ArrayDeque<>();
  private final Map<Long, LabConnect> waiting = new ConcurrentHashMap<>();
  private long lastOpaque;

  /** Makes an empty book that knows so many connects; each further one is counted with the one that is forgotten. */
  ConnectBook(int most, Counter forgotten) {
    this.most = most;
    this.forgotten = forgotten;
  }

  /**
   * Notes a connect that is about to begin. Console threads.
   *
   * @param opaque what tells it from others; null for the next free number
   */
  synchronized LabConnect begin(@Nullable Long opaque, String uri) throws CommandException {
    if (opaque != null && waiting.containsKey(opaque)) {
      throw CommandException.failure("a connect with the opaque value " + opaque
          + " waits already: take another value, or leave it out for the next free one");
    }
    if (all.size() >= most) {
      forgetOne();
    }
    LabConnect begun = new LabConnect(opaque == null ? nextOpaque() : opaque, uri, new CompletableFuture<>());
    all.add(begun);
    waiting.put(begun.opaque(), begun);
    return begun;
  }

  private long nextOpaque() {
    do {
      lastOpaque++;
    } while (waiting.containsKey(lastOpaque));
    return lastOpaque;
  }

  private void forgetOne() throws CommandException {
    for (Iterator<LabConnect> oldest = all.iterator(); oldest.hasNext();) {
      if (oldest.next().outcome() != null) {
        oldest.remove();
        forgotten.increment(Counter.NO_WORKER);
        return;
      }
    }
    throw CommandException.failure(most + " connects wait, as many as are kept (plugins.lab.limit.connects);"
        + " 'lab cancel NAME all' ends them");
  }

  /** A connect has its outcome. Any context; what is not known here, or has one, is left alone. */
  void settle(long opaque, Outcome outcome) {
    LabConnect settled = waiting.remove(opaque);
    if (settled != null) {
      settled.answer().complete(outcome);
    }
  }

  /** All that are known, the oldest first. Console threads. */
  synchronized List<LabConnect> list() {
    return new ArrayList<>(all);
  }

  /** How many wait. */
  int waiting() {
    return waiting.size();
  }
}
