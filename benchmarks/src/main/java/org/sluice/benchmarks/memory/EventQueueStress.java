package org.sluice.benchmarks.memory;

import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.sluice.spi.memory.EventHandler;
import org.sluice.spi.memory.EventQueue;

/** Producers and consumer at once: records are whole, each arrives once, those of a producer in order. */
public class EventQueueStress {

  private EventQueueStress() {
  }

  /** A queue with two producers; what the consumer has seen are the producers' numbers as digits. */
  static class Base implements EventHandler {

    final EventQueue one;
    final EventQueue other;
    private final EventQueue consumer;
    private final long offset;
    private final long[] next = {0, 0, 0};
    private long seen;

    Base() {
      offset = StressFifo.SEGMENT.allocateEventQueue(8, 1);
      one = EventQueue.attach(StressFifo.SEGMENT, offset);
      other = EventQueue.attach(StressFifo.SEGMENT, offset);
      consumer = EventQueue.attach(StressFifo.SEGMENT, offset);
    }

    static void offerTwo(EventQueue queue, int producer) {
      queue.offer(producer, producer, 0);
      queue.offer(producer, producer, 1);
    }

    /** What could be seen until now since the last call; negative when it was wrong. */
    long see() {
      seen = 0;
      consumer.poll(this, 10);
      return seen;
    }

    void end() {
      one.leave();
      other.leave();
      consumer.leave();
      StressFifo.SEGMENT.freeEventQueue(offset);
    }

    @Override
    public void onEvent(int type, long handle, long arg, MemorySegment payload, long payloadOffset) {
      boolean whole = type == handle && (type == 1 || type == 2) && payloadOffset == -1 && next[type]++ == arg;
      seen = whole ? 10 * seen + type : -1_000_000;
    }
  }

  /** Two producers; the consumer looks afterwards. */
  @JCStressTest
  @State
  @Outcome(id = "(1122|1212|1221|2112|2121|2211), 0", expect = Expect.ACCEPTABLE, desc = "in the order of each")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a record torn, lost, doubled or out of order")
  public static class TwoProducers extends Base {

    /** One producer. */
    @Actor
    public void first() {
      offerTwo(one, 1);
    }

    /** The other producer. */
    @Actor
    public void second() {
      offerTwo(other, 2);
    }

    /** The consumer. */
    @Arbiter
    public void outcome(JJ_Result result) {
      result.r1 = see();
      end();
    }
  }

  /** A producer and the consumer. */
  @JCStressTest
  @State
  @Outcome(id = {"0, 11", "1, 1", "11, 0"}, expect = Expect.ACCEPTABLE, desc = "in order")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a record torn, lost, doubled or out of order")
  public static class ProducerAndConsumer extends Base {

    /** The producer. */
    @Actor
    public void producer() {
      offerTwo(one, 1);
    }

    /** The consumer. */
    @Actor
    public void consumer(JJ_Result result) {
      result.r1 = see();
    }

    /** What is left. */
    @Arbiter
    public void outcome(JJ_Result result) {
      result.r2 = see();
      end();
    }
  }
}
