package org.sluice.benchmarks.segment;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZJ_Result;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.core.segment.FifoPair;
import org.sluice.core.segment.ManagedSegment;
import org.sluice.core.segment.SegmentBudget;
import org.sluice.core.segment.SegmentCounters;
import org.sluice.core.segment.SegmentListener;
import org.sluice.core.segment.SegmentManager;
import org.sluice.core.segment.SegmentOptions;
import org.sluice.core.segment.SegmentRegistry;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.Segment;

/**
 * The last pair of a segment is released while another worker allocates: it gets a pair in that segment or in a new
 * one, never in one that is gone; and in the end nothing is left.
 */
@JCStressTest
@State
@Outcome(id = "0, false, 0", expect = Expect.ACCEPTABLE, desc = "in memory that is there")
@Outcome(expect = Expect.FORBIDDEN, desc = "refused, in memory that is gone, or a leak")
public class SegmentRemovalStress {
  private static final int BYTES = 64 << 10;
  private static final SegmentOptions OPTIONS =
      new SegmentOptions(BYTES, BYTES, 3, 16 << 10, 16 << 10, 0, 100, 0, 0, 50, 80, 0);
  private static final SegmentCounters COUNTERS = SegmentCounters.of(new CounterRegistry(1).scope("stress"));

  private final SegmentRegistry registry = new SegmentRegistry(8);
  private final SegmentBudget budget = new SegmentBudget(registry, Segment::allocate, COUNTERS, 0);
  private final SegmentManager manager = new SegmentManager(OPTIONS, budget, new Unheard());
  private final FifoPair first = new FifoPair();
  private final FifoPair second = new FifoPair();
  private final FifoPair third = new FifoPair();

  /** A pair fills the first segment, which stays; another one the second. */
  public SegmentRemovalStress() {
    if (manager.allocatePair(first) != 0 || manager.allocatePair(second) != 0) {
      throw new IllegalStateException("no segments to begin with");
    }
  }

  /** Releases the last pair of the second segment. */
  @Actor
  public void releases() {
    release(second);
  }

  /** Allocates. */
  @Actor
  public void allocates(IZJ_Result result) {
    result.r1 = manager.allocatePair(third);
    result.r2 = third.segment().memory().isReleased();
  }

  /** Ends all, and looks what is left. */
  @Arbiter
  public void end(IZJ_Result result) {
    release(first);
    release(third);
    manager.detach();
    result.r3 = budget.bytes() + registry.size();
  }

  static void release(FifoPair pair) {
    Segment memory = pair.segment().memory();
    for (long offset : new long[] {pair.rxOffset(), pair.txOffset()}) {
      Fifo.abandon(memory, offset, Fifo.PRODUCER);
      Fifo.abandon(memory, offset, Fifo.CONSUMER);
    }
    pair.lease().release();
  }

  static final class Unheard implements SegmentListener {
    @Override
    public void onSegmentAdded(long handle, ManagedSegment segment) {}

    @Override
    public void onSegmentRemoved(long handle, ManagedSegment segment) {}
  }
}
