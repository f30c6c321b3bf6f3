package org.sluice.benchmarks.memory;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.sluice.spi.memory.EventQueue;

/** The consumer prepares to sleep while two producers offer: it sees something, or exactly one of them wakes it. */
@JCStressTest
@State
@Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "saw the event, does not sleep")
@Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "sleeps, and is woken once")
@Outcome(id = "false, 1", expect = Expect.ACCEPTABLE, desc = "saw the event, and was woken all the same")
@Outcome(expect = Expect.FORBIDDEN, desc = "sleeps on, or is woken twice")
public class EventQueueSleepStress {

  private final AtomicInteger woken = new AtomicInteger();
  private final long offset = StressFifo.SEGMENT.allocateEventQueue(8, 1);
  private final EventQueue one = EventQueue.attach(StressFifo.SEGMENT, offset, woken::incrementAndGet);
  private final EventQueue other = EventQueue.attach(StressFifo.SEGMENT, offset, woken::incrementAndGet);
  private final EventQueue consumer = EventQueue.attach(StressFifo.SEGMENT, offset);

  /** One producer. */
  @Actor
  public void first() {
    one.offer(1, 1, 0);
  }

  /** The other producer. */
  @Actor
  public void second() {
    other.offer(2, 2, 0);
  }

  /** The consumer. */
  @Actor
  public void consumer(ZI_Result result) {
    result.r1 = consumer.prepareWait();
  }

  /** Whether it was woken. */
  @Arbiter
  public void outcome(ZI_Result result) {
    result.r2 = woken.get();
    one.leave();
    other.leave();
    consumer.leave();
    StressFifo.SEGMENT.freeEventQueue(offset);
  }
}
