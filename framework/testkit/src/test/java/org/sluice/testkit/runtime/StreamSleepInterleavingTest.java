package org.sluice.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;

/**
 * How the threads of two streams put each other to sleep and wake each other ({@code StreamSide}), in every order with
 * few preemptions: a thread says that it sleeps, arms, looks and parks; the other one publishes, asks whether to tell,
 * and wakes whoever sleeps. The FIFO is the real one; parking is the model's, since a thread that really parks would
 * take the baton with it.
 */
class StreamSleepInterleavingTest {
  private static final int PREEMPTIONS = 2;
  private static final int CAPACITY = (int) Fifo.MIN_CAPACITY;
  private static final int ROOM_SHIFT = 2;

  /** What a side does wrong. */
  enum Fault {
    NONE,
    ARMS_AFTER_LOOKING,
    SAYS_THAT_IT_SLEEPS_AFTER_LOOKING,
    ASKS_BEFORE_PUBLISHING
  }

  @ParameterizedTest
  @CsvSource({
      "3, 1, 8, 8",
      "2, 2, 8, 8",
      "2, 2, 8, 16",
      "2, 1, 6144, 2048",
      "2, 2, 3072, 4096",
      "2, 1, 5120, 1024",
  })
  void nobody_sleeps_for_ever(int preemptions, int pieces, int pieceBytes, int portionBytes) {
    long orders = InterleavingScheduler.exhaust(preemptions,
        scheduler -> new Talk(scheduler, pieces, pieceBytes, portionBytes, Fault.NONE).run());
    assertThat(orders).as("orders").isGreaterThan(100);
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void a_side_that_does_it_in_another_order_is_found_asleep(Fault fault) {
    assertThatThrownBy(() -> InterleavingScheduler.exhaust(PREEMPTIONS,
        scheduler -> new Talk(scheduler, 2, 8, 8, fault).run()))
        .isInstanceOf(AssertionError.class).hasMessageContaining("all actors sleep");
  }

  @Test
  void a_writer_that_says_that_it_sleeps_after_looking_for_room_is_found_asleep() {
    assertThatThrownBy(() -> InterleavingScheduler.exhaust(PREEMPTIONS,
        scheduler -> new Talk(scheduler, 1, 5120, 1024, Fault.SAYS_THAT_IT_SLEEPS_AFTER_LOOKING).run()))
        .isInstanceOf(AssertionError.class).hasMessageContaining("all actors sleep");
  }

  private static final class Talk {
    private final InterleavingScheduler scheduler;
    private final int pieces;
    private final int pieceBytes;
    private final int portionBytes;
    private final Fault fault;
    private final Sleeper reader = new Sleeper();
    private final Sleeper writer = new Sleeper();

    Talk(InterleavingScheduler scheduler, int pieces, int pieceBytes, int portionBytes, Fault fault) {
      this.scheduler = scheduler;
      this.pieces = pieces;
      this.pieceBytes = pieceBytes;
      this.portionBytes = portionBytes;
      this.fault = fault;
    }

    void run() {
      try (Segment segment = Segment.allocate(64 << 10)) {
        // With its chunk from the beginning there are fewer steps that do not matter here.
        long fifo = segment.allocateFifo(CAPACITY, CAPACITY);
        scheduler.actor("writer", self -> write(FifoProducer.attach(segment, fifo, self), self));
        scheduler.actor("reader", self -> read(FifoConsumer.attach(segment, fifo, self), self));
        scheduler.run();
      }
    }

    private void write(FifoProducer fifo, Actor self) {
      byte[] bytes = new byte[pieceBytes];
      for (int piece = 0; piece < pieces; piece++) {
        for (int done = put(fifo, self, bytes, 0); done < pieceBytes; done += put(fifo, self, bytes, done)) {
          int wanted = Math.min(pieceBytes - done, CAPACITY >> ROOM_SHIFT);
          writer.sleep(self, () -> fifo.wantDequeueNotificationHeavily(Fifo.NOTIFY_ROOM, wanted),
              () -> fifo.writableBytes() >= wanted ? 1 : 0, fault);
        }
      }
      fifo.leave();
    }

    private int put(FifoProducer fifo, Actor self, byte[] bytes, int done) {
      boolean early = fault == Fault.ASKS_BEFORE_PUBLISHING && fifo.setEventLightly();
      int written = fifo.enqueue(bytes, done, pieceBytes - done);
      if (fault == Fault.ASKS_BEFORE_PUBLISHING ? early : written > 0 && fifo.setEventLightly()) {
        reader.wake(self);
      }
      return written;
    }

    private void read(FifoConsumer fifo, Actor self) {
      byte[] bytes = new byte[portionBytes];
      for (int left = pieces * pieceBytes; left > 0; ) {
        int read = fifo.dequeue(bytes, 0, portionBytes);
        left -= read;
        if (read == 0) {
          reader.sleep(self, fifo::clearEventHeavily, fifo::readableBytes, fault);
        } else if (fifo.takeDequeueNotificationLightly()) {
          writer.wake(self);
        }
      }
      fifo.leave();
    }
  }

  /** The word by which a side says who sleeps. */
  private static final class Sleeper {
    private @Nullable Actor asleep;

    void sleep(Actor self, Runnable arm, IntSupplier look, Fault fault) {
      boolean late = fault == Fault.SAYS_THAT_IT_SLEEPS_AFTER_LOOKING;
      if (!late) {
        say(self, self);
      }
      while (!isThere(arm, look, fault)) {
        if (late) {
          say(self, self);
        }
        self.park();
      }
      say(self, null);
    }

    private static boolean isThere(Runnable arm, IntSupplier look, Fault fault) {
      if (fault != Fault.ARMS_AFTER_LOOKING) {
        arm.run();
        return look.getAsInt() != 0;
      }
      boolean there = look.getAsInt() != 0;
      arm.run();
      return there;
    }

    private void say(Actor self, @Nullable Actor who) {
      self.step("write sleeper");
      asleep = who;
    }

    void wake(Actor self) {
      self.step("read sleeper");
      Actor thread = asleep;
      if (thread != null) {
        thread.unpark();
      }
    }
  }
}
