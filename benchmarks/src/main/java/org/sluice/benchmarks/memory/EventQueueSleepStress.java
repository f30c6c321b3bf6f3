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

/** The consumer of a queue goes to sleep while events are offered. */
public class EventQueueSleepStress {

  private EventQueueSleepStress() {
  }

  /** A queue whose producers count how often they wake the consumer. */
  static class Base {

    final EventQueue one;
    final EventQueue other;
    final EventQueue consumer;
    private final AtomicInteger woken = new AtomicInteger();
    private final long offset;

    Base() {
      offset = StressFifo.SEGMENT.allocateEventQueue(8, 1);
      one = EventQueue.attach(StressFifo.SEGMENT, offset, woken::incrementAndGet);
      other = EventQueue.attach(StressFifo.SEGMENT, offset, woken::incrementAndGet);
      consumer = EventQueue.attach(StressFifo.SEGMENT, offset);
    }

    int end() {
      one.leave();
      other.leave();
      consumer.leave();
      StressFifo.SEGMENT.freeEventQueue(offset);
      return woken.get();
    }
  }

  /** It prepares to sleep while one event is offered: it sees the event, or is woken. */
  @JCStressTest
  @State
  @Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "saw the event, does not sleep")
  @Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "sleeps, and is woken")
  @Outcome(id = "false, 1", expect = Expect.ACCEPTABLE, desc = "saw the event, and was woken all the same")
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost wake-up")
  public static class GoingToSleep extends Base {

    /** The producer. */
    @Actor
    public void producer() {
      one.offer(1, 1, 0);
    }

    /** The consumer. */
    @Actor
    public void consumer(ZI_Result result) {
      result.r1 = consumer.prepareWait();
    }

    /** Whether it was woken. */
    @Arbiter
    public void outcome(ZI_Result result) {
      result.r2 = end();
    }
  }

  /** It sleeps while two producers offer: one of them wakes it. */
  @JCStressTest
  @State
  @Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "woken once")
  @Outcome(expect = Expect.FORBIDDEN, desc = "not woken, or twice")
  public static class Asleep extends Base {

    private final boolean asleep = consumer.prepareWait();

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

    /** How often it was woken. */
    @Arbiter
    public void outcome(ZI_Result result) {
      result.r1 = asleep;
      result.r2 = end();
    }
  }
}
