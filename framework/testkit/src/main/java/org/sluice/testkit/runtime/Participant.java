package org.sluice.testkit.runtime;

import org.sluice.core.runtime.StackWorker;

/** One that takes turns in a {@link DeterministicRuntime}. */
abstract sealed class Participant {

  final String name;

  private Participant(String name) {
    this.name = name;
  }

  /** Whether it may take a turn now. */
  abstract boolean isAwake(long nowNs);

  abstract int turn(long nowNs);

  /** How long it will not take a turn of its own accord; {@link Long#MAX_VALUE} for ever. */
  abstract long idleNs(long nowNs);

  /** Something was done that this one has not looked at. */
  void onWork() {}

  /**
   * A worker sleeps here as it does on a thread of its own: after a turn without work, until its deadline or until
   * somebody wakes it. So work that is brought without a wake-up stays undone here as it would there.
   */
  static final class OfWorker extends Participant {

    private final StackWorker worker;
    private boolean asleep;
    private long sleptSinceNs;
    private long sleepNs;

    OfWorker(StackWorker worker) {
      super(worker.name());
      this.worker = worker;
    }

    StackWorker worker() {
      return worker;
    }

    /** The test acts in the worker's place. */
    void wake() {
      asleep = false;
      worker.endSleep();
    }

    @Override
    boolean isAwake(long nowNs) {
      if (asleep && (!worker.isAsleep() || idleNs(nowNs) == 0)) {
        wake();
      }
      return !asleep;
    }

    @Override
    int turn(long nowNs) {
      int work = worker.turn();
      if (work == 0) {
        sleepNs = worker.prepareSleep();
        sleptSinceNs = nowNs;
        asleep = sleepNs > 0;
      }
      return work;
    }

    @Override
    long idleNs(long nowNs) {
      if (!asleep) {
        return 0;
      }
      return sleepNs == Long.MAX_VALUE ? sleepNs : Math.max(0, sleepNs - (nowNs - sleptSinceNs));
    }
  }

  /** A simulated context is asked again whenever somebody has done something, unless it knows better. */
  static final class OfContext extends Participant {

    private final SimulatedContext context;
    private boolean rested;

    OfContext(String name, SimulatedContext context) {
      super(name);
      this.context = context;
      rested = !context.looksAfterWork();
    }

    @Override
    boolean isAwake(long nowNs) {
      return !rested || context.idleNs(nowNs) == 0;
    }

    @Override
    int turn(long nowNs) {
      int work = context.turn();
      rested = work == 0;
      return work;
    }

    @Override
    long idleNs(long nowNs) {
      return context.idleNs(nowNs);
    }

    @Override
    void onWork() {
      rested &= !context.looksAfterWork();
    }
  }
}
