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

/** Two producers and the consumer at once: records are whole, each arrives once, those of a producer in order. */
@JCStressTest
@State
@Outcome(id = {"0, 1212", "0, 1122", "0, 1221", "0, 2112", "0, 2121", "0, 2211"}, expect = Expect.ACCEPTABLE,
    desc = "nothing seen early")
@Outcome(id = {"[12], (121|122|112|221|212|211)"}, expect = Expect.ACCEPTABLE, desc = "one seen early")
@Outcome(id = {"(1[12]|2[12]), (1|2)(1|2)"}, expect = Expect.ACCEPTABLE, desc = "two seen early")
@Outcome(id = {"[12]{3}, [12]", "[12]{4}, 0"}, expect = Expect.ACCEPTABLE, desc = "more seen early")
@Outcome(expect = Expect.FORBIDDEN, desc = "a record torn, lost, doubled or out of order")
public class EventQueueStress implements EventHandler {

  private final long offset = StressFifo.SEGMENT.allocateEventQueue(8, 1);
  private final EventQueue one = EventQueue.attach(StressFifo.SEGMENT, offset);
  private final EventQueue other = EventQueue.attach(StressFifo.SEGMENT, offset);
  private final EventQueue consumer = EventQueue.attach(StressFifo.SEGMENT, offset);
  private final long[] next = {0, 0, 0};
  private long seen;

  /** One producer. */
  @Actor
  public void first() {
    one.offer(1, 1, 0);
    one.offer(1, 1, 1);
  }

  /** The other producer. */
  @Actor
  public void second() {
    other.offer(2, 2, 0);
    other.offer(2, 2, 1);
  }

  /** The consumer. */
  @Actor
  public void consumer(JJ_Result result) {
    consumer.poll(this, 4);
    result.r1 = seen;
    seen = 0;
  }

  /** What is left. */
  @Arbiter
  public void rest(JJ_Result result) {
    consumer.poll(this, 10);
    result.r2 = next[1] == 2 && next[2] == 2 ? seen : -1;
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
