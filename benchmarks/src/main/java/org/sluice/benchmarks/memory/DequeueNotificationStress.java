package org.sluice.benchmarks.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.sluice.spi.memory.Fifo;

/** The producer of a full FIFO wishes to be told, and will sleep, while the consumer dequeues and asks whether to. */
@JCStressTest
@State
@Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "the producer saw the room")
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "the producer sleeps and is told")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "both noticed")
@Outcome(id = "true, false", expect = Expect.FORBIDDEN, desc = "lost wake-up")
public class DequeueNotificationStress {

  private final StressFifo fifo = new StressFifo();

  /** A full FIFO. */
  public DequeueNotificationStress() {
    fifo.write(512, 1);
  }

  /** Arms the wish. */
  @Actor
  public void producer(ZZ_Result result) {
    result.r1 = fifo.producer.wantDequeueNotification(Fifo.NOTIFY_ROOM, 8);
  }

  /** Makes room. */
  @Actor
  public void consumer(ZZ_Result result) {
    fifo.read(1);
    result.r2 = fifo.consumer.takeDequeueNotification();
  }

  /** Cleans up. */
  @Arbiter
  public void end() {
    fifo.leave();
  }
}
