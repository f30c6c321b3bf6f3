package org.sluice.benchmarks.runtime;

import org.sluice.core.runtime.CounterRegistry;
import org.sluice.core.runtime.Parker;
import org.sluice.core.runtime.WorkerLimits;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.runtime.Clock;

/** Workers that the actors of a race test run by themselves: small, without time, without sleep. */
public final class StressWorkers {

  private static final WorkerLimits LIMITS = new WorkerLimits(4, 4, 4, 4, 4, 1_000_000);

  /** Stands still. */
  public static final Clock NO_TIME =
      new Clock() {
        @Override
        public long nanoTime() {
          return 0;
        }

        @Override
        public long epochMicros() {
          return 0;
        }
      };

  private static final Parker NO_SLEEP =
      new Parker() {
        @Override
        public void park(long maxNs) {}

        @Override
        public void unpark() {}
      };

  // What is counted does not matter, and a registry is too large to be made for each try.
  private static final CounterRegistry COUNTERS = new CounterRegistry(3);

  private StressWorkers() {}

  static WorkerSet one() {
    return workers(1);
  }

  /**
   * Two workers.
   *
   * @return a set that is not to be started
   */
  public static WorkerSet two() {
    return workers(2);
  }

  /**
   * Three workers.
   *
   * @return a set that is not to be started
   */
  public static WorkerSet three() {
    return workers(3);
  }

  private static WorkerSet workers(int count) {
    return WorkerSet.builder()
        .count(count)
        .clock(NO_TIME)
        .parkers(() -> NO_SLEEP)
        .limits(LIMITS)
        .counters(COUNTERS)
        .build();
  }
}
