package org.sluice.benchmarks.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
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
import org.sluice.spi.memory.Segment;

/** A stream between two threads that spin: messages of a length in, up to 64 KiB at a time out. */
@State(Scope.Group)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FifoStreamBenchmark {

  private static final int MOST = 64 << 10;

  /** The length of a message. */
  @Param({"64", "1024", "65536"})
  public int bytes;

  private final Arena arena = Arena.ofShared();
  private final Segment segment = Segment.allocate(16 << 20);
  private final MemorySegment source = arena.allocate(MOST, 64);
  private final MemorySegment target = arena.allocate(MOST, 64);
  private FifoProducer producer;
  private FifoConsumer consumer;

  /** What really moved: operations that found no room or no data are operations too. */
  @State(Scope.Thread)
  @AuxCounters
  public static class Moved {

    /** Bytes per microsecond, which is MB/s. */
    public long bytes;

    /** Messages per microsecond. */
    public long messages;
  }

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

  /** The writer. */
  @Benchmark
  @Group("stream")
  @GroupThreads(1)
  public void write(Moved moved) {
    int written = producer.enqueue(source, 0, bytes);
    if (written == 0) {
      Thread.onSpinWait();
    }
    moved.bytes += written;
    moved.messages += written == bytes ? 1 : 0;
  }

  /** The reader. */
  @Benchmark
  @Group("stream")
  @GroupThreads(1)
  public void read() {
    if (consumer.dequeue(target, 0, MOST) == 0) {
      Thread.onSpinWait();
    }
  }
}
