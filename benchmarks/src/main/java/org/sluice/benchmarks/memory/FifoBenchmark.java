package org.sluice.benchmarks.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.ReadView;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.memory.WriteView;

/** One message into a FIFO of 1 MiB and out again, by one thread: what the operations themselves cost. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FifoBenchmark {

  /** The length of the message. */
  @Param({"64", "1024", "65536"})
  public int bytes;

  private final Arena arena = Arena.ofShared();
  private final Segment segment = Segment.allocate(16 << 20);
  private final MemorySegment source = arena.allocate(1 << 20, 64);
  private final MemorySegment target = arena.allocate(1 << 20, 64);
  private FifoProducer producer;
  private FifoConsumer consumer;

  /** Makes the FIFO. */
  @Setup
  public void open() {
    long offset = segment.allocateFifo(1 << 20, 0);
    producer = FifoProducer.attach(segment, offset, StressFifo.ANYWHERE);
    consumer = FifoConsumer.attach(segment, offset, StressFifo.ANYWHERE);
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    producer.leave();
    consumer.leave();
    segment.close();
    arena.close();
  }

  /** Two copies. */
  @Benchmark
  public int enqueueDequeue() {
    producer.enqueue(source, 0, bytes);
    return consumer.dequeue(target, 0, bytes);
  }

  /** Two copies, and whether to tell the other side, both ways. */
  @Benchmark
  public boolean enqueueDequeueNotify() {
    producer.enqueue(source, 0, bytes);
    boolean told = producer.setEvent();
    consumer.clearEvent();
    consumer.dequeue(target, 0, bytes);
    return told | consumer.takeDequeueNotification();
  }

  /** No copy: room is claimed and viewed in place. */
  @Benchmark
  public long claimView() {
    WriteView claim = Objects.requireNonNull(producer.claim(bytes));
    claim.commit(claim.length());
    ReadView view = Objects.requireNonNull(consumer.view(bytes));
    long offset = view.offset();
    view.release(view.length());
    return offset;
  }

  /** The same bytes copied in and out of plain memory: the floor under {@link #enqueueDequeue}. */
  @Benchmark
  public void copyTwice() {
    MemorySegment.copy(source, 0, target, 0, bytes);
    MemorySegment.copy(target, 0, source, 0, bytes);
  }
}
