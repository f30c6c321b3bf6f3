package org.sluice.benchmarks.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJ_Result;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;

/** Both sides leave while the segment is closed: whoever is last frees the FIFO, then the memory, once. */
@JCStressTest
@State
@Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "freed once, and released")
@Outcome(expect = Expect.FORBIDDEN, desc = "leaked, or freed twice")
public class LeaveStress {

  private final Segment segment = Segment.allocate(64 << 10);
  private final FifoProducer producer;
  private final FifoConsumer consumer;

  /** A FIFO with a chunk. */
  public LeaveStress() {
    long offset = segment.allocateFifo(Fifo.MIN_CAPACITY, Fifo.MIN_CAPACITY);
    producer = FifoProducer.attach(segment, offset, StressFifo.ANYWHERE);
    consumer = FifoConsumer.attach(segment, offset, StressFifo.ANYWHERE);
  }

  /** One side. */
  @Actor
  public void producer() {
    producer.leave();
  }

  /** The other side. */
  @Actor
  public void consumer() {
    consumer.leave();
  }

  /** Whoever made the segment. */
  @Actor
  public void owner() {
    segment.close();
  }

  /** What is left. */
  @Arbiter
  public void outcome(ZJ_Result result) {
    result.r1 = segment.isReleased();
    result.r2 = segment.counters().corruptions();
  }
}
