package org.sluice.benchmarks.segment;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJ_Result;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.core.runtime.Parker;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.core.segment.FifoPair;
import org.sluice.core.segment.SegmentBudget;
import org.sluice.core.segment.SegmentCounters;
import org.sluice.core.segment.SegmentManager;
import org.sluice.core.segment.SegmentOptions;
import org.sluice.core.segment.SegmentRegistry;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.Clock;

/** The time of an empty segment is over while somebody looks at it: it goes then, or once its time is over again. */
@JCStressTest
@State
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "it went")
@Outcome(expect = Expect.FORBIDDEN, desc = "it stays for ever, or a leak")
public class SegmentLingerStress {
  private static final int BYTES = 64 << 10;
  private static final long LINGER_NS = 1_000_000_000;
  private static final SegmentOptions OPTIONS =
      new SegmentOptions(BYTES, BYTES, 3, 16 << 10, 16 << 10, 0, 100, 0, 0, 50, 80, LINGER_NS);
  private static final CounterRegistry REGISTRY = new CounterRegistry(1);
  private static final SegmentCounters COUNTERS = SegmentCounters.of(REGISTRY.scope("stress"));

  private static final Parker NO_SLEEP = new Parker() {
    @Override
    public void park(long maxNs) {}

    @Override
    public void unpark() {}
  };

  private final SegmentRegistry registry = new SegmentRegistry(8);
  private final SegmentBudget budget = new SegmentBudget(registry, Segment::allocate, COUNTERS, 0);
  private final FifoPair first = new FifoPair();
  private final FifoPair second = new FifoPair();
  private final SetClock clock = new SetClock();
  private final StackWorker worker =
      WorkerSet.builder().clock(clock).parkers(() -> NO_SLEEP).counters(REGISTRY).build().worker(0);
  private final SegmentManager manager =
      new SegmentManager(OPTIONS, budget, new SegmentRemovalStress.Unheard(), worker);

  /** A second segment is empty, and its time will be over in the next turn. */
  public SegmentLingerStress() {
    if (manager.allocatePair(first) != 0 || manager.allocatePair(second) != 0) {
      throw new IllegalStateException("no segments to begin with");
    }
    SegmentRemovalStress.release(second);
    worker.turn();
    clock.nowNs += 2 * LINGER_NS;
  }

  /** The worker whose timer is due. */
  @Actor
  public void sweeps() {
    worker.turn();
  }

  /** A console. */
  @Actor
  public void looks() {
    manager.info();
  }

  /** Lets more time pass, and looks what is left. */
  @Arbiter
  public void later(IJ_Result result) {
    worker.turn();
    clock.nowNs += 2 * LINGER_NS;
    worker.turn();
    result.r1 = manager.size();
    SegmentRemovalStress.release(first);
    worker.enter();
    manager.detach();
    worker.exit();
    result.r2 = budget.bytes() + registry.size();
  }

  private static final class SetClock implements Clock {
    private long nowNs;

    @Override
    public long nanoTime() {
      return nowNs;
    }

    @Override
    public long epochMicros() {
      return nowNs / 1_000;
    }
  }
}
