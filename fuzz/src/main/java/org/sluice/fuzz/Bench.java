package org.sluice.fuzz;

import java.util.function.Supplier;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.Counters;

/** One worker for a part of the IP layer, and its time. */
final class Bench implements Clock {
  static final long SECOND_NS = 1_000_000_000L;

  private final CounterRegistry registry = new CounterRegistry(1);
  private long nowNs;
  private final WorkerSet workers = WorkerSet.builder().clock(this).counters(registry)
      .faultHandler((worker, scope, what, thrown) -> {
        throw new AssertionError(what, thrown);
      }).build();
  final StackWorker worker = workers.worker(0);

  @Override
  public long nanoTime() {
    return nowNs;
  }

  @Override
  public long epochMicros() {
    return nowNs / 1_000;
  }

  Counters counters() {
    return registry.scope(WorkerSet.OWN_SCOPE);
  }

  /** Runs on the worker. */
  <T> T on(Supplier<T> work) {
    boolean entered = worker.enter();
    try {
      return work.get();
    } finally {
      if (entered) {
        worker.exit();
      }
    }
  }

  /** Lets time pass; timers expire. */
  void pass(long ns) {
    nowNs += ns;
    worker.turn();
  }
}
