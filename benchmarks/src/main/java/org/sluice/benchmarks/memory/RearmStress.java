package org.sluice.benchmarks.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZZ_Result;
import org.sluice.spi.memory.Fifo;

/**
 * A wish is armed for a full FIFO. While the consumer dequeues and decides, the producer fills the room and wishes
 * again: that newer wish, if the producer means to sleep on it, must still be there for the next dequeue.
 */
@JCStressTest
@State
@Outcome(id = "0, true, false", expect = Expect.ACCEPTABLE, desc = "there was no need to sleep")
@Outcome(id = "1, true, false", expect = Expect.ACCEPTABLE, desc = "slept on the full FIFO, and was told")
@Outcome(id = {"2, true, true", "2, false, true"}, expect = Expect.ACCEPTABLE, desc = "filled it, slept: still armed")
@Outcome(id = {"2, true, false"}, expect = Expect.FORBIDDEN, desc = "an old decision took the new wish")
@Outcome(expect = Expect.FORBIDDEN, desc = "no notification at all")
public class RearmStress {

  private final StressFifo fifo = new StressFifo();

  /** A full FIFO with a wish. */
  public RearmStress() {
    fifo.write(512, 1);
    fifo.producer.wantDequeueNotification(Fifo.NOTIFY_IF_FULL, 0);
  }

  /** Fills whatever room there is and means to sleep when the FIFO is full. */
  @Actor
  public void producer(IZZ_Result result) {
    int written = fifo.write(1, 2);
    boolean sleeps = fifo.producer.wantDequeueNotification(Fifo.NOTIFY_IF_FULL, 0);
    result.r1 = !sleeps ? 0 : written == 0 ? 1 : 2;
  }

  /** Makes room and asks whether to tell. */
  @Actor
  public void consumer(IZZ_Result result) {
    fifo.read(1);
    result.r2 = fifo.consumer.takeDequeueNotification();
  }

  /** The next dequeue. */
  @Arbiter
  public void next(IZZ_Result result) {
    fifo.read(1);
    result.r3 = fifo.consumer.takeDequeueNotification();
    fifo.leave();
  }
}
