package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another process writes nonsense into everything it can reach. Nothing may be touched outside of the segment, nothing
 * may run for ever, and every call answers with a number or a status.
 *
 * <p>The victim runs in a JVM of its own in bounded mode, where an access outside of the segment is an exception.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class HostileTest {

  private static final List<String> BOUNDED = List.of("-Dsluice.memory.bounded=true");

  private @TempDir Path directory;

  @Test
  void values_scribbled_between_operations_are_refused() throws IOException, InterruptedException {
    try (ChildJvm victim = ChildJvm.start(directory, BOUNDED, Scribbled.class, "3000")) {
      victim.expectSuccess();
      assertThat(victim.output()).matches("(?s).*corruptions [1-9]\\d\\d+.*");
    }
  }

  @Test
  void a_process_that_scribbles_all_the_time_does_no_harm() throws IOException, InterruptedException {
    Path file = directory.resolve("segment");
    try (Segment segment = Segment.create(file, 256 << 10)) {
      Scribbler scribbler = new Scribbler(segment.memory(), new SplittableRandom(9));
      try (ChildJvm victim = ChildJvm.start(directory, BOUNDED, Victim.class, file.toString(), "20000")) {
        while (victim.isAlive()) {
          // The geometry is checked when a process opens the file, so it is spared.
          scribbler.scribble(SegmentLayout.USED_OFFSET);
        }
        victim.expectSuccess();
        assertThat(victim.output()).matches("(?s).*corruptions [1-9]\\d+.*");
      }
    }
  }

  @Test
  void of_a_chunk_that_the_list_has_left_nothing_more_is_read() {
    try (TestFifo fifo = TestFifo.of(64 << 10)) {
      byte[] bytes = new byte[100];
      long position = fifo.producer.position();
      fifo.producer.enqueue(bytes, 0, bytes.length);
      assertThat(fifo.consumer.readableBytes()).isEqualTo(bytes.length);
      SharedMemory.setInt(fifo.segment, fifo.consumer.headerOffset() + Fifo.RESTART_CHUNK, 0);
      SharedMemory.setLong(fifo.segment, fifo.consumer.headerOffset() + Fifo.RESTART, position);
      assertThat(fifo.consumer.readableBytes()).isEqualTo(Fifo.CORRUPT);
      assertThat(fifo.consumer.dequeue(bytes, 0, 50)).isEqualTo(Fifo.CORRUPT);
    }
  }

  /** Operates, scribbles, operates: one seed after the other. */
  static final class Scribbled {

    private Scribbled() {
    }

    static void main(String[] args) {
      long corruptions = 0;
      for (int seed = 0; seed < Integer.parseInt(args[0]); seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        Segment segment = Segment.allocate(64 << 10);
        try {
          Operations operations = new Operations(segment, random);
          Scribbler scribbler = new Scribbler(segment.memory(), random);
          for (int i = 0; i < 60; i++) {
            operations.run();
            if (i % 5 == 4) {
              scribbler.scribble(0);
            }
          }
          operations.leave();
        } catch (Throwable e) {
          throw new AssertionError("seed " + seed, e);
        }
        corruptions += segment.counters().corruptions();
        segment.close();
      }
      System.out.println("corruptions " + corruptions);
    }
  }

  /** Operates on a segment that another process scribbles on. */
  static final class Victim {

    private Victim() {
    }

    static void main(String[] args) throws IOException {
      SplittableRandom random = new SplittableRandom(8);
      try (Segment segment = Segment.open(Path.of(args[0]))) {
        for (int i = 0; i < Integer.parseInt(args[1]); i += 50) {
          Operations operations = new Operations(segment, random);
          for (int j = 0; j < 50; j++) {
            operations.run();
          }
          operations.leave();
        }
        System.out.println("corruptions " + segment.counters().corruptions());
      }
    }
  }

  /** Writes likely and unlikely values, mostly where something depends on them. */
  private static final class Scribbler {

    private final MemorySegment memory;
    private final SplittableRandom random;

    Scribbler(MemorySegment memory, SplittableRandom random) {
      this.memory = memory;
      this.random = random;
    }

    void scribble(long from) {
      SegmentLayout layout = new SegmentLayout(memory.byteSize());
      long metadata = Chunks.offset(layout.firstPage) - from;
      // Headers of FIFOs and queues are in the first pages that were allocated.
      long at = random.nextBoolean() ? from + random.nextLong(metadata)
          : Chunks.offset(layout.firstPage) + random.nextLong(4L * SegmentLayout.PAGE_BYTES);
      if (random.nextBoolean()) {
        memory.set(ValueLayout.JAVA_LONG, at & -8, value(memory.get(ValueLayout.JAVA_LONG, at & -8)));
      } else {
        memory.set(ValueLayout.JAVA_INT, at & -4, (int) value(memory.get(ValueLayout.JAVA_INT, at & -4)));
      }
    }

    private long value(long present) {
      return switch (random.nextInt(8)) {
        case 0 -> 0;
        case 1 -> -1;
        case 2 -> Long.MIN_VALUE;
        case 3 -> Long.MAX_VALUE;
        case 4 -> present + random.nextInt(-3, 4);
        case 5 -> present ^ 1L << random.nextInt(64);
        case 6 -> random.nextInt(64);
        default -> random.nextLong();
      };
    }
  }

  /** All that can be done with a segment, each result checked for being a possible one. */
  private static final class Operations {

    private static final int LARGEST = 20_000;

    private final Segment segment;
    private final SplittableRandom random;
    private final byte[] data = TestFifo.pattern(LARGEST);
    private FifoProducer[] producers = new FifoProducer[0];
    private FifoConsumer[] consumers = new FifoConsumer[0];
    private EventQueue[] queues = new EventQueue[0];

    Operations(Segment segment, SplittableRandom random) {
      this.segment = segment;
      this.random = random;
      attempt(() -> {
        long offset = segment.allocateFifo(64 << 10, random.nextInt(LARGEST));
        if (offset > 0) {
          producers = new FifoProducer[] {FifoProducer.attach(segment, offset, TestContext.anywhere())};
          consumers = new FifoConsumer[] {FifoConsumer.attach(segment, offset, TestContext.anywhere())};
        }
      });
      attempt(() -> {
        long offset = segment.allocateEventQueue(20, 4);
        if (offset > 0) {
          queues = new EventQueue[] {EventQueue.attach(segment, offset), EventQueue.attach(segment, offset, () -> { })};
          segment.freeEventQueue(offset);
        }
      });
    }

    void run() {
      for (FifoProducer producer : producers) {
        produce(producer);
      }
      for (FifoConsumer consumer : consumers) {
        consume(consumer);
      }
      for (EventQueue queue : queues) {
        exchange(queue);
      }
      attempt(() -> {
        long offset = segment.allocateFifo(8192, random.nextInt(8192));
        if (offset > 0) {
          Fifo.abandon(segment, offset, Fifo.PRODUCER);
          Fifo.abandon(segment, offset, Fifo.CONSUMER);
        }
      });
      attempt(() -> segment.reserveFifoHeaders(random.nextInt(30)));
      assertThat(segment.usedBytes()).isBetween(0L, segment.sizeBytes());
    }

    void leave() {
      for (FifoProducer producer : producers) {
        producer.leave();
      }
      for (FifoConsumer consumer : consumers) {
        consumer.leave();
      }
      for (EventQueue queue : queues) {
        queue.leave();
      }
    }

    private void produce(FifoProducer producer) {
      int length = random.nextInt(LARGEST);
      MemorySegment source = MemorySegment.ofArray(data);
      switch (random.nextInt(8)) {
        case 0 -> possible(producer.enqueueAt(1 + random.nextInt(LARGEST), source, 0, length), Integer.MAX_VALUE);
        case 1 -> possible(producer.enqueueAll(new MemorySegment[] {source}, new long[1], new int[] {length}, 1),
            Integer.MAX_VALUE);
        case 2 -> {
          WriteView view = producer.claim(length + 1);
          if (view != null) {
            MemorySegment.copy(source, 0, view.memory(), view.offset(), Math.min(LARGEST, view.length()));
            view.commit(random.nextInt(view.length() + 1));
          }
        }
        case 3 -> producer.capacityBytes(4096 + random.nextInt(100_000));
        case 4 -> possible((int) Math.min(Integer.MAX_VALUE, producer.sweep()), Integer.MAX_VALUE);
        default -> possible(producer.enqueue(data, 0, length), Integer.MAX_VALUE);
      }
      producer.setEvent();
      producer.wantDequeueNotification(1 << random.nextInt(3), random.nextLong());
      possible(producer.writableBytes(), Integer.MAX_VALUE);
      producer.subscribe(random.nextInt(256));
      producer.unsubscribe(random.nextInt(256));
      producer.peerLeft();
    }

    private void consume(FifoConsumer consumer) {
      int length = random.nextInt(LARGEST);
      byte[] target = new byte[LARGEST];
      switch (random.nextInt(8)) {
        case 0 -> possible(consumer.peek(random.nextInt(LARGEST), target, 0, length), length);
        case 1 -> possible(consumer.drop(length), length);
        case 2 -> {
          ReadView view = consumer.view(length + 1);
          if (view != null) {
            MemorySegment.copy(view.memory(), view.offset(), MemorySegment.ofArray(target), 0, view.length());
            view.release(random.nextInt(view.length() + 1));
          }
        }
        case 3 -> possible(consumer.gather(random.nextInt(LARGEST), length, (memory, offset, piece) ->
            assertThat(memory.asSlice(offset, piece).byteSize()).isEqualTo(piece)), length);
        case 4 -> {
          for (FifoProducer producer : producers) {
            possible(consumer.transferTo(producer, length), length);
          }
        }
        case 5 -> possible(consumer.dropAll(), Integer.MAX_VALUE);
        default -> possible(consumer.dequeue(target, 0, length), length);
      }
      consumer.clearEvent();
      consumer.takeDequeueNotification();
      possible(consumer.readableBytes(), Integer.MAX_VALUE);
      for (int i = consumer.subscriberCount(); i >= 0; i--) {
        assertThat(consumer.subscriber(i)).isBetween(-1, 255);
      }
      consumer.peerLeft();
    }

    private void exchange(EventQueue queue) {
      for (int i = random.nextInt(30); i > 0; i--) {
        queue.offer(1, 2, 3);
      }
      int claim = queue.claimControl();
      // The geometry that is read at attach may be scribbled too; what counts is that a payload lies in the segment.
      assertThat(claim).isBetween(Fifo.NO_SPACE, EventQueue.MAX_CONTROL_EVENTS - 1);
      if (claim >= 0) {
        assertThat(queue.payload().asSlice(queue.payloadOffset(claim), EventQueue.PAYLOAD_BYTES).byteSize())
            .isEqualTo(EventQueue.PAYLOAD_BYTES);
        queue.payload().set(ValueLayout.JAVA_LONG, queue.payloadOffset(claim), 1);
        queue.publishControl(claim, 1, 2, 3);
      }
      queue.poll((type, handle, arg, payload, offset) -> {
        if (offset != -1) {
          assertThat(payload.asSlice(offset, EventQueue.PAYLOAD_BYTES).byteSize()).isEqualTo(EventQueue.PAYLOAD_BYTES);
        }
      }, random.nextInt(40));
      assertThat(queue.depth()).isBetween(0, 2 * EventQueue.MAX_EVENTS);
      queue.prepareWait();
      queue.cancelWait();
    }

    private static void possible(int result, int most) {
      assertThat(result).isBetween(Fifo.NO_SPACE, most);
    }

    /** What is set up or torn down may be refused with an exception. */
    private static void attempt(Runnable operation) {
      try {
        operation.run();
      } catch (IllegalArgumentException | IllegalStateException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }
}
