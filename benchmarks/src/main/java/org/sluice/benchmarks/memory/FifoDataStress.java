package org.sluice.benchmarks.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** The first message of a FIFO is read while it is written: whoever sees the position sees the chunk and the bytes. */
@JCStressTest
@State
@Outcome(id = "0, 7", expect = Expect.ACCEPTABLE, desc = "not there yet")
@Outcome(id = "7, 0", expect = Expect.ACCEPTABLE, desc = "all of it")
@Outcome(expect = Expect.FORBIDDEN, desc = "a position without its data")
public class FifoDataStress {

  private final StressFifo fifo = new StressFifo();

  /** Writes one message. */
  @Actor
  public void producer() {
    fifo.write(8, 7);
  }

  /** Reads once. */
  @Actor
  public void consumer(JJ_Result result) {
    result.r1 = fifo.read(8);
  }

  /** What is left. */
  @Arbiter
  public void rest(JJ_Result result) {
    result.r2 = fifo.read(8);
    fifo.leave();
  }
}
