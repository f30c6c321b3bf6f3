package org.sluice.benchmarks.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** A drained FIFO is swept and written again while its consumer, which still knows the old chunk, looks for data. */
@JCStressTest
@State
@Outcome(id = {"0, 0, 2", "0, 2, 0", "2, 0, 0"}, expect = Expect.ACCEPTABLE, desc = "read from the new chunk")
@Outcome(expect = Expect.FORBIDDEN, desc = "read from the chunk that was given back")
public class SweepStress {

  private final StressFifo fifo = new StressFifo();

  /** A drained FIFO with one chunk. */
  public SweepStress() {
    fifo.write(8, 1);
    fifo.read(8);
  }

  /** Sweeps and writes. */
  @Actor
  public void producer() {
    fifo.producer.sweep();
    fifo.write(8, 2);
  }

  /** Looks twice. */
  @Actor
  public void consumer(JJJ_Result result) {
    result.r1 = fifo.read(8);
    result.r2 = fifo.read(8);
  }

  /** What is left. */
  @Arbiter
  public void rest(JJJ_Result result) {
    result.r3 = fifo.read(8);
    fifo.leave();
  }
}
