package org.sluice.benchmarks.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.ExecutionContext;

/** One FIFO of a segment that all states of a run share; it must be left by {@link #leave} when a state is done. */
final class StressFifo {

  /** Room for as many states as jcstress keeps at once, each with two chunks. */
  static final Segment SEGMENT = Segment.allocate(256 << 20);

  static final ExecutionContext ANYWHERE = new ExecutionContext() {
    @Override
    public boolean isCurrent() {
      return true;
    }

    @Override
    public String name() {
      return "anywhere";
    }
  };

  final FifoProducer producer;
  final FifoConsumer consumer;
  private final MemorySegment source = MemorySegment.ofArray(new long[1024]);
  private final MemorySegment target = MemorySegment.ofArray(new long[1024]);

  StressFifo() {
    long offset = SEGMENT.allocateFifo(Fifo.MIN_CAPACITY, 0);
    if (offset < 0) {
      throw new IllegalStateException("the segment is full: " + offset);
    }
    producer = FifoProducer.attach(SEGMENT, offset, ANYWHERE);
    consumer = FifoConsumer.attach(SEGMENT, offset, ANYWHERE);
  }

  /** Producer: writes so many longs of one value. */
  int write(int longs, long value) {
    for (int i = 0; i < longs; i++) {
      source.set(ValueLayout.JAVA_LONG, 8L * i, value);
    }
    return producer.enqueue(source, 0, 8 * longs);
  }

  /** Consumer: reads at most so many longs; the value if all are equal, 0 if nothing is there, -1 if they differ. */
  long read(int longs) {
    int length = consumer.dequeue(target, 0, 8 * longs);
    if (length < 0 || length % 8 != 0) {
      return -1;
    }
    long value = length == 0 ? 0 : target.get(ValueLayout.JAVA_LONG, 0);
    for (int i = 8; i < length; i += 8) {
      value = target.get(ValueLayout.JAVA_LONG, i) == value ? value : -1;
    }
    return value;
  }

  void leave() {
    producer.leave();
    consumer.leave();
  }
}
