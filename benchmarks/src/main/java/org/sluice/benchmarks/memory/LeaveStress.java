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

/** Leaving a FIFO and closing its segment at once: whoever is last frees the FIFO, then the memory, once. */
public class LeaveStress {

  private LeaveStress() {
  }

  /** A FIFO with a chunk, in a segment of its own. */
  static class Base {

    final Segment segment = Segment.allocate(64 << 10);
    final FifoProducer producer;
    final FifoConsumer consumer;

    Base() {
      long offset = segment.allocateFifo(Fifo.MIN_CAPACITY, Fifo.MIN_CAPACITY);
      producer = FifoProducer.attach(segment, offset, StressFifo.ANYWHERE);
      consumer = FifoConsumer.attach(segment, offset, StressFifo.ANYWHERE);
    }

    void outcome(ZJ_Result result) {
      result.r1 = segment.isReleased();
      result.r2 = segment.counters().corruptions();
    }
  }

  /** Both sides leave a segment that has been closed. */
  @JCStressTest
  @State
  @Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "freed once, and released")
  @Outcome(expect = Expect.FORBIDDEN, desc = "leaked, or freed twice")
  public static class BothSides extends Base {

    /** The owner of the segment was first. */
    public BothSides() {
      segment.close();
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

    /** What is left. */
    @Arbiter
    @Override
    public void outcome(ZJ_Result result) {
      super.outcome(result);
    }
  }

  /** The last side leaves while the segment is closed. */
  @JCStressTest
  @State
  @Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "freed once, and released")
  @Outcome(expect = Expect.FORBIDDEN, desc = "leaked, or freed twice")
  public static class SideAndSegment extends Base {

    /** The producer was first. */
    public SideAndSegment() {
      producer.leave();
    }

    /** The last side. */
    @Actor
    public void consumer() {
      consumer.leave();
    }

    /** The owner of the segment. */
    @Actor
    public void owner() {
      segment.close();
    }

    /** What is left. */
    @Arbiter
    @Override
    public void outcome(ZJ_Result result) {
      super.outcome(result);
    }
  }
}
