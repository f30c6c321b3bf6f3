package org.sluice.benchmarks.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZJ_Result;
import org.sluice.spi.memory.Fifo;

/** FIFOs with a chunk are taken and given back at once: nothing is given out twice, nothing is lost. */
public class AllocatorStress {

  private static final long BYTES = 4 << 10;

  private AllocatorStress() {
  }

  private static long take() {
    return StressFifo.SEGMENT.allocateFifo(BYTES, BYTES);
  }

  private static void free(long offset) {
    Fifo.abandon(StressFifo.SEGMENT, offset, Fifo.PRODUCER);
    Fifo.abandon(StressFifo.SEGMENT, offset, Fifo.CONSUMER);
  }

  private static void outcome(long one, long other, ZZJ_Result result) {
    result.r1 = one != other;
    result.r2 = one > 0 && other > 0;
    result.r3 = (Fifo.chunkBytes(StressFifo.SEGMENT, one) + Fifo.chunkBytes(StressFifo.SEGMENT, other)) / BYTES;
    free(one);
    free(other);
    if (StressFifo.SEGMENT.counters().corruptions() != 0) {
      result.r3 = -1;
    }
  }

  /** Two contexts take. */
  @JCStressTest
  @State
  @Outcome(id = "true, true, 2", expect = Expect.ACCEPTABLE, desc = "two different FIFOs")
  @Outcome(expect = Expect.FORBIDDEN, desc = "one FIFO given out twice")
  public static class TwoTake {

    private long one;
    private long other;

    /** Takes one. */
    @Actor
    public void first() {
      one = take();
    }

    /** Takes another. */
    @Actor
    public void second() {
      other = take();
    }

    /** Compares. */
    @Arbiter
    public void outcome(ZZJ_Result result) {
      AllocatorStress.outcome(one, other, result);
    }
  }

  /** One context gives back what the other may take. */
  @JCStressTest
  @State
  @Outcome(id = "true, true, 2", expect = Expect.ACCEPTABLE, desc = "two different FIFOs")
  @Outcome(expect = Expect.FORBIDDEN, desc = "one FIFO given out twice, or lost")
  public static class TakeAndFree {

    private final long given = take();
    private long one;
    private long other;

    /** Takes two. */
    @Actor
    public void taker() {
      one = take();
      other = take();
    }

    /** Gives one back. */
    @Actor
    public void giver() {
      free(given);
    }

    /** Compares. */
    @Arbiter
    public void outcome(ZZJ_Result result) {
      AllocatorStress.outcome(one, other, result);
    }
  }
}
