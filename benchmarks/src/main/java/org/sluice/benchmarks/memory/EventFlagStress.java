package org.sluice.benchmarks.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJ_Result;

/** The consumer has been told and looks, while the producer publishes more: one of them notices. */
@JCStressTest
@State
@Outcome(id = "false, 7", expect = Expect.ACCEPTABLE, desc = "not told again, and seen")
@Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "told again, not seen before")
@Outcome(id = "true, 7", expect = Expect.ACCEPTABLE, desc = "told again though seen")
@Outcome(id = "false, 0", expect = Expect.FORBIDDEN, desc = "lost wake-up")
public class EventFlagStress {

  private final StressFifo fifo = new StressFifo();

  /** The consumer has been told before. */
  public EventFlagStress() {
    fifo.producer.setEvent();
  }

  /** Publishes, then asks whether to tell. */
  @Actor
  public void producer(ZJ_Result result) {
    fifo.write(1, 7);
    result.r1 = fifo.producer.setEvent();
  }

  /** Clears the flag, then looks. */
  @Actor
  public void consumer(ZJ_Result result) {
    fifo.consumer.clearEvent();
    result.r2 = fifo.read(1);
  }

  /** Cleans up. */
  @Arbiter
  public void end() {
    fifo.leave();
  }
}
