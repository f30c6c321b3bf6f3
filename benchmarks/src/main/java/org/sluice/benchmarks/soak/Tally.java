package org.sluice.benchmarks.soak;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a run has done so far. Any thread. */
final class Tally {
  final LongAdder bytes = new LongAdder();
  final LongAdder messages = new LongAdder();
  final LongAdder views = new LongAdder();
  final LongAdder aborts = new LongAdder();
  final LongAdder timeouts = new LongAdder();
  final LongAdder stalls = new LongAdder();
  final LongAdder callbackSessions = new LongAdder();
  final LongAdder applications = new LongAdder();
  private final Map<Ending.Kind, LongAdder> sessions = new EnumMap<>(Ending.Kind.class);

  Tally() {
    for (Ending.Kind kind : Ending.Kind.values()) {
      sessions.put(kind, new LongAdder());
    }
  }

  void ended(Script script) {
    sessions.get(script.ending().kind()).increment();
  }

  long sessions() {
    return sessions.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** In one line. */
  @Override
  public String toString() {
    return String.format("%d sessions (%d half closed, %d closed, %d reset, %d detached; %d to callbacks), "
            + "%d applications, %.2f GB, %d messages, %d views, %d aborts, %d timeouts, %d stalls",
        sessions(), sum(Ending.Kind.HALF_CLOSE), sum(Ending.Kind.CLOSE), sum(Ending.Kind.RESET),
        sum(Ending.Kind.DETACH), callbackSessions.sum(), applications.sum(), bytes.sum() / 1e9, messages.sum(),
        views.sum(), aborts.sum(), timeouts.sum(), stalls.sum());
  }

  private long sum(Ending.Kind kind) {
    return sessions.get(kind).sum();
  }
}
