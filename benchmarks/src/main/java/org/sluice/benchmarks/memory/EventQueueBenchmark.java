package org.sluice.benchmarks.memory;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.sluice.spi.memory.EventHandler;
import org.sluice.spi.memory.EventQueue;
import org.sluice.spi.memory.Segment;

/** One event into a queue and out again, by one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EventQueueBenchmark {

  private final Segment segment = Segment.allocate(1 << 20);
  private final long offset = segment.allocateEventQueue(1024, 64);
  private final EventQueue producer = EventQueue.attach(segment, offset);
  private final EventQueue waking = EventQueue.attach(segment, offset, () -> {});
  private final EventQueue consumer = EventQueue.attach(segment, offset);
  private long sum;
  private final EventHandler handler = (type, handle, arg, payload, payloadOffset) -> sum += arg;

  /** Frees everything. */
  @TearDown
  public void close() {
    producer.leave();
    waking.leave();
    consumer.leave();
    segment.close();
  }

  /** An io record to a consumer that polls. */
  @Benchmark
  public int offerPoll() {
    producer.offer(1, 2, 3);
    return consumer.poll(handler, 1);
  }

  /** An io record to a consumer that may sleep. */
  @Benchmark
  public int offerPollWaking() {
    waking.offer(1, 2, 3);
    return consumer.poll(handler, 1);
  }

  /** A control record with its payload element. */
  @Benchmark
  public int controlPoll() {
    producer.publishControl(producer.claimControl(), 1, 2, 3);
    return consumer.poll(handler, 1);
  }
}
