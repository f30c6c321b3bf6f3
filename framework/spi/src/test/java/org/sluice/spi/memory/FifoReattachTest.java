package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sluice.spi.memory.TestFifo.pattern;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sluice.spi.runtime.ExecutionContext;

/** Sides that serve one FIFO after the other. */
class FifoReattachTest {
  private static final ExecutionContext ANYWHERE = TestContext.anywhere();

  @Test
  void a_side_that_has_left_serves_a_fifo_of_another_segment_and_keeps_nothing_of_the_old_one() {
    Segment first = Segment.allocate(256 << 10);
    try (Segment second = Segment.allocate(256 << 10)) {
      long used = second.usedBytes();
      long before = first.allocateFifo(64 << 10, 0, 1000);
      FifoProducer producer = FifoProducer.attach(first, before, ANYWHERE);
      FifoConsumer consumer = FifoConsumer.attach(first, before, ANYWHERE);
      // Everything a side can remember: a chunk, a range out of order, an open claim and view, a peek further on.
      producer.enqueue(pattern(9_000), 0, 9_000);
      producer.enqueueAt(500, MemorySegment.ofArray(pattern(100)), 0, 100);
      consumer.dequeue(new byte[100], 0, 100);
      consumer.peek(8_500, new byte[100], 0, 100);
      assertThat(producer.claim(10)).isNotNull();
      assertThat(consumer.view(10)).isNotNull();
      producer.leave();
      consumer.leave();
      assertThat(first.fifoCount()).isZero();
      first.close();
      assertThat(first.isReleased()).as("a side that has left keeps no memory").isTrue();

      long after = second.allocateFifo(8192, 0, -5);
      producer.reattach(second, after, ANYWHERE);
      consumer.reattach(second, after, ANYWHERE);
      assertThat(producer.isAttached()).isTrue();
      assertThat(producer.isViewOpen()).isFalse();
      assertThat(consumer.isViewOpen()).isFalse();
      assertThat(producer.headerOffset()).isEqualTo(after);
      assertThat(producer.capacityBytes()).isEqualTo(8192);
      assertThat(producer.writableBytes()).isEqualTo(8192);
      assertThat(consumer.readableBytes()).isZero();
      assertThat(consumer.takeDequeueNotification()).isFalse();
      assertThat(producer.enqueue(pattern(10_000), 0, 10_000)).as("no more than fits here").isEqualTo(8192);
      byte[] out = new byte[8192];
      assertThat(consumer.dequeue(out, 0, 8192)).isEqualTo(8192);
      assertThat(MemorySegment.ofArray(out).mismatch(MemorySegment.ofArray(pattern(10_000)))).isEqualTo(8192);
      producer.leave();
      consumer.leave();
      assertThat(second.usedBytes()).isEqualTo(used);
      assertThat(second.counters().corruptions()).isZero();
    }
  }

  @Test
  void a_side_that_has_not_left_stays_where_it_is() {
    try (Segment segment = Segment.allocate(64 << 10)) {
      long here = segment.allocateFifo(4096, 0);
      long there = segment.allocateFifo(4096, 0);
      FifoProducer producer = FifoProducer.attach(segment, here, ANYWHERE);
      assertThatThrownBy(() -> producer.reattach(segment, there, ANYWHERE))
          .isInstanceOf(IllegalStateException.class).hasMessageContaining("has not left");
      assertThat(producer.headerOffset()).isEqualTo(here);
      FifoConsumer consumer = FifoConsumer.attach(segment, there, ANYWHERE);
      assertThatThrownBy(() -> consumer.reattach(segment, here, ANYWHERE)).isInstanceOf(IllegalStateException.class);
      producer.leave();
      consumer.leave();
      Fifo.abandon(segment, here, Fifo.CONSUMER);
      Fifo.abandon(segment, there, Fifo.PRODUCER);
      assertThat(segment.attachedCount()).isZero();
      assertThat(segment.fifoCount()).isZero();
    }
  }

  @Test
  void a_side_that_is_refused_is_as_if_it_had_just_left() {
    Segment closed = Segment.allocate(64 << 10);
    long gone = closed.allocateFifo(4096, 0);
    FifoProducer holds = FifoProducer.attach(closed, gone, ANYWHERE);
    closed.close();
    try (Segment segment = Segment.allocate(64 << 10)) {
      long offset = segment.allocateFifo(4096, 0);
      FifoProducer producer = FifoProducer.attach(segment, offset, ANYWHERE);
      FifoConsumer consumer = FifoConsumer.attach(segment, offset, ANYWHERE);
      consumer.leave();
      assertThatThrownBy(() -> consumer.reattach(segment, offset, ANYWHERE)).hasMessageContaining("already left");
      assertThatThrownBy(() -> consumer.reattach(segment, 64, ANYWHERE)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> consumer.reattach(closed, gone, ANYWHERE)).hasMessageContaining("closed");
      assertThat(consumer.isAttached()).isFalse();
      assertThat(consumer.readableBytes()).isEqualTo(Fifo.NOT_ATTACHED);
      consumer.leave();
      producer.leave();
      assertThat(segment.attachedCount()).isZero();

      long next = segment.allocateFifo(4096, 0);
      producer.reattach(segment, next, ANYWHERE);
      consumer.reattach(segment, next, ANYWHERE);
      assertThat(producer.enqueue(pattern(10), 0, 10)).isEqualTo(10);
      assertThat(consumer.readableBytes()).isEqualTo(10);
      producer.leave();
      consumer.leave();
    }
    Fifo.abandon(closed, gone, Fifo.CONSUMER);
    holds.leave();
    assertThat(closed.isReleased()).isTrue();
  }

  @Test
  void a_side_belongs_to_whom_it_was_attached_for_last() {
    try (Segment segment = Segment.allocate(64 << 10)) {
      TestContext one = new TestContext("one");
      TestContext other = new TestContext("other");
      long offset = segment.allocateFifo(4096, 0);
      FifoProducer producer = FifoProducer.attach(segment, offset, one);
      producer.leave();
      Fifo.abandon(segment, offset, Fifo.CONSUMER);
      long next = segment.allocateFifo(4096, 0);
      producer.reattach(segment, next, other);
      one.current(false);
      assertThat(producer.writableBytes()).isEqualTo(4096);
      one.current(true);
      other.current(false);
      assertThatThrownBy(producer::writableBytes).isInstanceOf(AssertionError.class).hasMessageContaining("other");
      other.current(true);
      producer.leave();
      Fifo.abandon(segment, next, Fifo.CONSUMER);
    }
  }

  @Test
  void the_same_two_sides_carry_one_stream_after_the_other() {
    SplittableRandom random = new SplittableRandom(4);
    try (Segment segment = Segment.allocate(1 << 20)) {
      long used = segment.usedBytes();
      long offset = segment.allocateFifo(4096, 0);
      FifoProducer producer = FifoProducer.attach(segment, offset, ANYWHERE);
      FifoConsumer consumer = FifoConsumer.attach(segment, offset, ANYWHERE);
      for (int stream = 0; stream < 300; stream++) {
        byte[] data = pattern(random.nextInt(1, 60_000));
        byte[] out = new byte[data.length];
        int written = 0;
        int read = 0;
        // Some streams are broken off in the middle.
        int end = random.nextInt(4) == 0 ? random.nextInt(data.length) : data.length;
        while (read < end) {
          written += producer.enqueue(data, written, random.nextInt(data.length - written + 1));
          read += consumer.dequeue(out, read, random.nextInt(data.length - read + 1));
        }
        assertThat(MemorySegment.ofArray(out).asSlice(0, read)
            .mismatch(MemorySegment.ofArray(data).asSlice(0, read))).as("stream %d", stream).isEqualTo(-1);
        producer.leave();
        consumer.leave();
        assertThat(segment.usedBytes()).as("after stream %d", stream).isEqualTo(used);
        long next = segment.allocateFifo(random.nextInt(1, 8) * 4096L, 0, random.nextLong());
        producer.reattach(segment, next, ANYWHERE);
        consumer.reattach(segment, next, ANYWHERE);
      }
      producer.leave();
      consumer.leave();
      assertThat(segment.counters().corruptions()).isZero();
    }
  }

  @Test
  void attaching_again_allocates_nothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Segment segment = Segment.allocate(256 << 10)) {
      long offset = segment.allocateFifo(4096, 0);
      FifoProducer producer = FifoProducer.attach(segment, offset, ANYWHERE);
      FifoConsumer consumer = FifoConsumer.attach(segment, offset, ANYWHERE);
      byte[] data = new byte[100];
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 5; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 2_000; i++) {
          producer.enqueue(data, 0, data.length);
          consumer.dequeue(data, 0, data.length);
          producer.leave();
          consumer.leave();
          long next = segment.allocateFifo(4096, 0);
          producer.reattach(segment, next, ANYWHERE);
          consumer.reattach(segment, next, ANYWHERE);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).as("heap bytes for 2000 FIFOs").isZero();
      producer.leave();
      consumer.leave();
    }
  }
}
