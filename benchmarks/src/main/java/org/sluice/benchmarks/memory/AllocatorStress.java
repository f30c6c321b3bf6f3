package org.sluice.benchmarks.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZJ_Result;
import org.sluice.spi.memory.Fifo;

/** Two contexts take a FIFO with a chunk while a third gives one back: nothing is given out twice, nothing is lost. */
@JCStressTest
@State
@Outcome(id = "true, true, 2", expect = Expect.ACCEPTABLE, desc = "two different FIFOs")
@Outcome(expect = Expect.FORBIDDEN, desc = "one FIFO given out twice, or lost")
public class AllocatorStress {

  private static final long BYTES = 16 << 10;

  private final long given = StressFifo.SEGMENT.allocateFifo(BYTES, BYTES);
  private long one;
  private long other;

  /** Takes one. */
  @Actor
  public void first() {
    one = StressFifo.SEGMENT.allocateFifo(BYTES, BYTES);
  }

  /** Takes another. */
  @Actor
  public void second() {
    other = StressFifo.SEGMENT.allocateFifo(BYTES, BYTES);
  }

  /** Gives one back. */
  @Actor
  public void third() {
    free(given);
  }

  /** Compares, and gives the others back. */
  @Arbiter
  public void outcome(ZZJ_Result result) {
    result.r1 = one != other;
    result.r2 = one > 0 && other > 0;
    result.r3 = (Fifo.chunkBytes(StressFifo.SEGMENT, one) + Fifo.chunkBytes(StressFifo.SEGMENT, other)) / BYTES;
    free(one);
    free(other);
    if (StressFifo.SEGMENT.counters().corruptions() != 0) {
      result.r3 = -1;
    }
  }

  private static void free(long offset) {
    Fifo.abandon(StressFifo.SEGMENT, offset, Fifo.PRODUCER);
    Fifo.abandon(StressFifo.SEGMENT, offset, Fifo.CONSUMER);
  }
}
