package org.sluice.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;

/** Explores how the two sides of a FIFO wake each other, one access to shared memory at a time. */
class FifoInterleavingTest {

  private static final int SEEDS = 1_000;
  private static final int SEEDS_TO_FIND_A_FAULT = 1_000;
  private static final int SEGMENT_BYTES = 256 << 10;
  private static final int CAPACITY = (int) Fifo.MIN_CAPACITY;
  private static final int TOTAL = 3 * CAPACITY + 17;

  @ParameterizedTest
  @ValueSource(ints = {Fifo.NOTIFY_ROOM, Fifo.NOTIFY_IF_FULL, Fifo.NOTIFY_IF_EMPTY})
  void stream_arrivesWholeAndInOrder_andNobodySleepsForEver(int kind) {
    InterleavingScheduler.explore(SEEDS, scheduler -> new Stream(scheduler, kind).run());
  }

  @Test
  void accessesToTheFifo_areSteps() {
    InterleavingScheduler scheduler = new InterleavingScheduler(1);
    new Stream(scheduler, Fifo.NOTIFY_ROOM).run();
    assertThat(scheduler.steps()).isGreaterThan(200);
  }

  @Test
  void sameSeed_isTheSameRun() {
    for (long seed = 1; seed <= 20; seed++) {
      InterleavingScheduler first = new InterleavingScheduler(seed);
      InterleavingScheduler second = new InterleavingScheduler(seed);
      new Stream(first, Fifo.NOTIFY_ROOM).run();
      new Stream(second, Fifo.NOTIFY_ROOM).run();
      assertThat(second.fingerprint()).as("seed %d", seed).isEqualTo(first.fingerprint());
    }
  }

  @Test
  void consumerThatClearsTheEventAfterReading_isFoundAsleep() {
    assertThatThrownBy(
            () ->
                InterleavingScheduler.explore(
                    SEEDS_TO_FIND_A_FAULT,
                    scheduler -> {
                      Stream stream = new Stream(scheduler, Fifo.NOTIFY_ROOM);
                      stream.clearsTooLate = true;
                      stream.run();
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("all actors sleep");
  }

  @Test
  void producerThatSleepsWithoutBeingAllowedTo_isFoundAsleep() {
    assertThatThrownBy(
            () ->
                InterleavingScheduler.explore(
                    SEEDS_TO_FIND_A_FAULT,
                    scheduler -> {
                      Stream stream = new Stream(scheduler, Fifo.NOTIFY_ROOM);
                      stream.ignoresRoom = true;
                      stream.run();
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("all actors sleep");
  }

  @Test
  void sidesThatLeaveAtAnyTime_giveAllMemoryBackOnce() {
    InterleavingScheduler.explore(
        SEEDS,
        scheduler -> {
          try (Segment segment = Segment.allocate(SEGMENT_BYTES)) {
            // The slab that headers come from stays; so it is taken before the measure.
            segment.reserveFifoHeaders(1);
            long used = segment.usedBytes();
            long fifo = segment.allocateFifo(CAPACITY, 0);
            SplittableRandom random = new SplittableRandom(scheduler.seed());
            int writes = random.nextInt(4);
            int reads = random.nextInt(4);
            scheduler.actor(
                "producer",
                self -> {
                  FifoProducer producer = FifoProducer.attach(segment, fifo, self);
                  for (int i = 0; i < writes; i++) {
                    producer.enqueue(new byte[1_000], 0, 1_000);
                  }
                  producer.leave();
                  assertThat(producer.enqueue(new byte[1], 0, 1)).isEqualTo(Fifo.NOT_ATTACHED);
                });
            scheduler.actor(
                "consumer",
                self -> {
                  FifoConsumer consumer = FifoConsumer.attach(segment, fifo, self);
                  for (int i = 0; i < reads; i++) {
                    consumer.dequeue(new byte[700], 0, 700);
                  }
                  consumer.leave();
                  assertThat(consumer.dequeue(new byte[1], 0, 1)).isEqualTo(Fifo.NOT_ATTACHED);
                });
            scheduler.run();
            assertThat(segment.usedBytes()).isEqualTo(used);
            assertThat(segment.attachedCount()).isZero();
          }
        });
  }

  /** A stream through a FIFO that is much smaller; both sides sleep whenever there is nothing to do. */
  private static final class Stream {

    private final InterleavingScheduler scheduler;
    private final int kind;
    private final SplittableRandom random;
    private boolean clearsTooLate;
    private boolean ignoresRoom;

    Stream(InterleavingScheduler scheduler, int kind) {
      this.scheduler = scheduler;
      this.kind = kind;
      random = new SplittableRandom(scheduler.seed());
    }

    void run() {
      try (Segment segment = Segment.allocate(SEGMENT_BYTES)) {
        long fifo = segment.allocateFifo(CAPACITY, 0);
        int piece = random.nextInt(200, CAPACITY);
        int threshold = random.nextInt(1, CAPACITY + 1);
        int portion = random.nextInt(200, CAPACITY + 1);
        Actor[] sides = new Actor[2];
        sides[0] =
            scheduler.actor(
                "producer",
                self -> write(FifoProducer.attach(segment, fifo, self), self, sides[1], piece, threshold));
        sides[1] =
            scheduler.actor(
                "consumer", self -> read(FifoConsumer.attach(segment, fifo, self), self, sides[0], portion));
        scheduler.run();
      }
    }

    private void write(FifoProducer producer, Actor self, Actor reader, int piece, int threshold) {
      byte[] bytes = new byte[TOTAL];
      for (int i = 0; i < TOTAL; i++) {
        bytes[i] = pattern(i);
      }
      int sent = 0;
      while (sent < TOTAL) {
        int length = Math.min(piece, TOTAL - sent);
        int written = producer.enqueue(bytes, sent, length);
        assertThat(written).isNotNegative();
        sent += written;
        if (written > 0 && producer.setEvent()) {
          reader.unpark();
        }
        if (written < length && (producer.wantDequeueNotification(kind, threshold) || ignoresRoom)) {
          self.park();
        }
      }
      producer.leave();
    }

    private void read(FifoConsumer consumer, Actor self, Actor writer, int portion) {
      byte[] bytes = new byte[portion];
      int received = 0;
      while (received < TOTAL) {
        if (!clearsTooLate) {
          consumer.clearEvent();
        }
        for (int n = consumer.dequeue(bytes, 0, portion); n != 0; n = consumer.dequeue(bytes, 0, portion)) {
          assertThat(n).isPositive();
          for (int i = 0; i < n; i++) {
            assertThat(bytes[i] == pattern(received + i)).as("byte %d", received + i).isTrue();
          }
          received += n;
          if (consumer.takeDequeueNotification()) {
            writer.unpark();
          }
        }
        if (clearsTooLate) {
          consumer.clearEvent();
        }
        if (received < TOTAL) {
          self.park();
        }
      }
      consumer.leave();
    }

    private static byte pattern(int position) {
      return (byte) (position * 31 + (position >> 8));
    }
  }
}
