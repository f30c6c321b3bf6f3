package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.spi.memory.TestFifo.pattern;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.sluice.spi.runtime.ExecutionContext;

/** What costs heap: nothing per operation, 64 bytes per idle side. */
class MemoryFootprintTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 20_000;

  private long events;

  @Test
  void moving_data_and_events_allocates_nothing() {
    byte[] bytes = pattern(10_000);
    byte[] out = new byte[10_000];
    try (Arena arena = Arena.ofConfined(); TestFifo fifo = TestFifo.of(64 << 10);
        TestFifo echo = TestFifo.of(64 << 10)) {
      MemorySegment memory = arena.allocate(10_000);
      MemorySegment[] sources = {memory, memory};
      long[] offsets = {0, 100};
      int[] lengths = {100, 3000};
      PieceHandler pieces = (area, offset, length) -> events += length;
      long queueOffset = fifo.segment.allocateEventQueue(64, 16);
      EventQueue queue = EventQueue.attach(fifo.segment, queueOffset, () -> events++);
      EventHandler handler = (type, handle, arg, payload, offset) -> events += arg;
      Runnable round = () -> {
        fifo.producer.enqueue(bytes, 0, 6000);
        fifo.producer.enqueue(memory, 0, 6000);
        fifo.producer.enqueueAll(sources, offsets, lengths, 2);
        fifo.producer.enqueueSome(sources, offsets, lengths, 2);
        fifo.producer.enqueueAt(4000, memory, 0, 2000);
        fifo.producer.enqueueAt(7000, memory, 0, 1000);
        fifo.producer.enqueue(memory, 0, 4000);
        fifo.producer.enqueue(memory, 0, 1000);
        fifo.claim(7000).commit(5000);
        fifo.claim(7000).abort();
        fifo.producer.setEvent();
        fifo.producer.wantDequeueNotification(Fifo.NOTIFY_IF_EMPTY, 0);
        fifo.consumer.clearEvent();
        fifo.consumer.peek(9000, out, 0, 10_000);
        fifo.consumer.gather(0, 20_000, pieces);
        fifo.consumer.dequeue(out, 0, 5000);
        fifo.consumer.dequeue(memory, 0, 5000);
        fifo.view(3000).release(3000);
        fifo.consumer.transferTo(echo.producer, 4000);
        echo.consumer.dropAll();
        fifo.consumer.dropAll();
        fifo.consumer.takeDequeueNotification();
        queue.offer(1, 2, 3);
        queue.publishControl(queue.claimControl(), 4, 5, 6);
        queue.prepareWait();
        queue.poll(handler, 10);
        queue.cancelWait();
      };
      assertThat(allocatedBy(round)).isZero();
      assertThat(events).isPositive();
      assertThat(fifo.consumer.readableBytes()).isZero();
      queue.leave();
      fifo.segment.freeEventQueue(queueOffset);
    }
  }

  /** The least of several runs: compilation may allocate in a run, the code under test would in each. */
  private static long allocatedBy(Runnable round) {
    long least = Long.MAX_VALUE;
    for (int run = 0; run < 40 && least != 0; run++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < ROUNDS; i++) {
        round.run();
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  @Test
  void an_idle_side_takes_64_bytes_of_heap_and_an_idle_fifo_192_of_the_segment() {
    int count = 2100;
    ExecutionContext owner = TestContext.anywhere();
    try (Segment segment = Segment.allocate(4 << 20)) {
      long[] offsets = new long[count];
      FifoProducer[] producers = new FifoProducer[count];
      FifoConsumer[] consumers = new FifoConsumer[count];
      long used = segment.usedBytes();
      for (int i = 0; i < count; i++) {
        offsets[i] = segment.allocateFifo(1 << 20, 0);
      }
      assertThat(segment.usedBytes() - used).as("21 headers to a page").isEqualTo(count / 21 * 4096L);

      // The first of each links code, which takes memory of its own.
      producers[0] = FifoProducer.attach(segment, offsets[0], owner);
      consumers[0] = FifoConsumer.attach(segment, offsets[0], owner);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 1; i < count; i++) {
        producers[i] = FifoProducer.attach(segment, offsets[i], owner);
      }
      long perProducer = (THREADS.getCurrentThreadAllocatedBytes() - before) / count;
      before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 1; i < count; i++) {
        consumers[i] = FifoConsumer.attach(segment, offsets[i], owner);
      }
      long perConsumer = (THREADS.getCurrentThreadAllocatedBytes() - before) / count;
      assertThat(perProducer).as("producer").isLessThanOrEqualTo(64);
      assertThat(perConsumer).as("consumer").isLessThanOrEqualTo(64);

      byte[] data = pattern(20_000);
      for (int i = 0; i < count; i++) {
        producers[i].enqueueAt(100, MemorySegment.ofArray(data), 100, 100);
        producers[i].enqueue(data, 0, 100);
        consumers[i].dropAll();
        assertThat(producers[i].sweep()).isEqualTo(4096);
        assertThat(producers[i].outOfOrder).as("the list of ranges goes with a sweep").isNull();
      }
      assertThat(segment.usedBytes() - used).as("used and swept").isEqualTo(count / 21 * 4096L);
      for (int i = 0; i < count; i++) {
        producers[i].leave();
        consumers[i].leave();
      }
      assertThat(segment.usedBytes()).isEqualTo(used);
    }
  }
}
