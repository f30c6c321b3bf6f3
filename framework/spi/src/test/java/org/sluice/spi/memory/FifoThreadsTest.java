package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two threads that sleep whenever they have nothing to do, and are woken by nothing but the protocols. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FifoThreadsTest {

  private static final int RX = 1;
  private static final int ROOM = 2;

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 4096, 30_000})
  void a_stream_arrives_whole_though_both_threads_sleep(int largest) throws InterruptedException {
    int total = largest == 1 ? 200_000 : Math.min(20_000_000, largest * 20_000);
    try (Segment segment = Segment.allocate(4 << 20); TestFifo fifo = TestFifo.in(segment, 16 << 10, 0)) {
      long toConsumer = segment.allocateEventQueue(8, 1);
      long toProducer = segment.allocateEventQueue(8, 1);
      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      Sleeper producer = new Sleeper(segment, toProducer, toConsumer);
      Sleeper consumer = new Sleeper(segment, toConsumer, toProducer);
      producer.thread = thread(failure, () -> produce(fifo, producer, total, largest));
      consumer.thread = thread(failure, () -> consume(fifo, consumer, total));
      producer.connect(consumer);
      consumer.connect(producer);
      producer.thread.start();
      consumer.thread.start();
      producer.thread.join();
      consumer.thread.join();
      assertThat(failure.get()).isNull();
      producer.leave();
      consumer.leave();
      segment.freeEventQueue(toConsumer);
      segment.freeEventQueue(toProducer);
    }
  }

  @Test
  void the_last_of_two_threads_to_leave_frees_the_fifo() throws InterruptedException {
    try (Segment segment = Segment.allocate(1 << 20)) {
      long used = segment.usedBytes();
      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      FifoProducer[] producers = new FifoProducer[2000];
      FifoConsumer[] consumers = new FifoConsumer[producers.length];
      for (int i = 0; i < producers.length; i++) {
        long offset = segment.allocateFifo(4096, 0);
        producers[i] = FifoProducer.attach(segment, offset, TestContext.anywhere());
        consumers[i] = FifoConsumer.attach(segment, offset, TestContext.anywhere());
      }
      Thread one = thread(failure, () -> {
        for (FifoProducer producer : producers) {
          producer.leave();
        }
      });
      Thread other = thread(failure, () -> {
        for (FifoConsumer consumer : consumers) {
          consumer.leave();
        }
      });
      one.start();
      other.start();
      one.join();
      other.join();
      assertThat(failure.get()).isNull();
      assertThat(segment.fifoCount()).isZero();
      assertThat(segment.usedBytes()).isEqualTo(used).isEqualTo(segment.pages.allocatedBytes());
    }
  }

  private static void produce(TestFifo fifo, Sleeper sleeper, int total, int largest) {
    byte[] data = new byte[largest];
    for (int sent = 0; sent < total; ) {
      int length = Math.min(total - sent, 1 + sent % largest);
      for (int i = 0; i < length; i++) {
        data[i] = (byte) ((sent + i) * 31 >>> 3);
      }
      int written = fifo.producer.enqueue(data, 0, length);
      sent += written;
      if (fifo.producer.setEvent()) {
        sleeper.tell(RX);
      }
      if (written < length && fifo.producer.wantDequeueNotification(Fifo.NOTIFY_ROOM, 1 + sent % 8000)) {
        sleeper.sleepUntil(ROOM);
      }
    }
  }

  private static void consume(TestFifo fifo, Sleeper sleeper, int total) {
    byte[] out = new byte[7000];
    for (int received = 0; received < total; ) {
      sleeper.sleepUntil(RX);
      fifo.consumer.clearEvent();
      int taken;
      while ((taken = fifo.consumer.dequeue(out, 0, out.length)) > 0) {
        for (int i = 0; i < taken; i++) {
          if (out[i] != (byte) ((received + i) * 31 >>> 3)) {
            throw new AssertionError("byte " + (received + i) + " is wrong");
          }
        }
        received += taken;
        if (fifo.consumer.takeDequeueNotification()) {
          sleeper.tell(ROOM);
        }
      }
    }
  }

  private static Thread thread(AtomicReference<@Nullable Throwable> failure, Runnable body) {
    return Thread.ofPlatform().unstarted(() -> {
      try {
        body.run();
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      }
    });
  }

  /** One thread's own event queue and its view of the other's. */
  private static final class Sleeper {

    private final Segment segment;
    private final EventQueue own;
    private final long peerOffset;
    private @Nullable EventQueue peer;
    private @Nullable Thread thread;
    private int waitingFor;

    Sleeper(Segment segment, long own, long peerOffset) {
      this.segment = segment;
      this.own = EventQueue.attach(segment, own);
      this.peerOffset = peerOffset;
    }

    void connect(Sleeper other) {
      peer = EventQueue.attach(segment, peerOffset, () -> LockSupport.unpark(other.thread));
    }

    void tell(int type) {
      assertThat(Objects.requireNonNull(peer).offer(type, 0, 0)).isTrue();
    }

    void sleepUntil(int type) {
      waitingFor = type;
      while (waitingFor != 0) {
        int taken = own.poll((event, handle, arg, payload, offset) -> waitingFor = 0, 8);
        if (taken == 0 && own.prepareWait()) {
          LockSupport.park(this);
          own.cancelWait();
        }
      }
    }

    void leave() {
      own.leave();
      Objects.requireNonNull(peer).leave();
    }
  }
}
