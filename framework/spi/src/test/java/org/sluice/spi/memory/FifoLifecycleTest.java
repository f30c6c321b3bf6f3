package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sluice.spi.memory.TestFifo.pattern;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attach, ownership, views, and leaving. */
class FifoLifecycleTest {

  @Test
  void each_side_attaches_once_in_the_life_of_a_fifo() {
    try (Segment segment = Segment.allocate(64 << 10)) {
      long offset = segment.allocateFifo(4096, 0);
      FifoProducer producer = FifoProducer.attach(segment, offset, TestContext.anywhere());
      assertThatThrownBy(() -> FifoProducer.attach(segment, offset, TestContext.anywhere()))
          .isInstanceOf(IllegalStateException.class).hasMessageContaining("already attached");
      producer.leave();
      assertThatThrownBy(() -> FifoProducer.attach(segment, offset, TestContext.anywhere()))
          .isInstanceOf(IllegalStateException.class).hasMessageContaining("already left");
      Fifo.abandon(segment, offset, Fifo.CONSUMER);
      assertThatThrownBy(() -> FifoConsumer.attach(segment, offset, TestContext.anywhere()))
          .as("the FIFO is gone").isInstanceOf(IllegalArgumentException.class);
      assertThat(segment.attachedCount()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 64, 4096, 8192 + 63, 8192 + 64, 1L << 40, Long.MAX_VALUE})
  void an_offset_where_no_fifo_is_cannot_be_attached(long offset) {
    try (Segment segment = Segment.allocate(64 << 10)) {
      assertThatThrownBy(() -> FifoProducer.attach(segment, offset, TestContext.anywhere()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Fifo.readableBytes(segment, offset)).isInstanceOf(IllegalArgumentException.class);
      assertThat(segment.attachedCount()).isZero();
    }
  }

  @Test
  void a_consumer_that_attaches_late_finds_what_was_written() {
    try (Segment segment = Segment.allocate(1 << 20)) {
      long offset = segment.allocateFifo(64 << 10, 0, Long.MAX_VALUE - 10);
      FifoProducer producer = FifoProducer.attach(segment, offset, TestContext.anywhere());
      byte[] data = pattern(20_000);
      producer.enqueue(data, 0, 100);
      producer.enqueue(data, 100, 19_900);
      FifoConsumer consumer = FifoConsumer.attach(segment, offset, TestContext.anywhere());
      byte[] out = new byte[20_000];
      assertThat(consumer.dequeue(out, 0, 20_000)).isEqualTo(20_000);
      assertThat(out).isEqualTo(data);
      producer.leave();
      consumer.leave();
    }
  }

  @Test
  void data_outlives_its_producer() {
    try (Segment segment = Segment.allocate(256 << 10)) {
      long used = segment.usedBytes();
      long offset = segment.allocateFifo(64 << 10, 0);
      FifoProducer producer = FifoProducer.attach(segment, offset, TestContext.anywhere());
      FifoConsumer consumer = FifoConsumer.attach(segment, offset, TestContext.anywhere());
      producer.enqueue(pattern(30_000), 0, 30_000);
      assertThat(consumer.peerLeft()).isFalse();
      producer.leave();
      assertThat(consumer.peerLeft()).isTrue();
      byte[] out = new byte[30_000];
      assertThat(consumer.dequeue(out, 0, 30_000)).isEqualTo(30_000);
      assertThat(out).isEqualTo(pattern(30_000));
      assertThat(segment.usedBytes()).isGreaterThan(used);
      consumer.leave();
      assertThat(segment.usedBytes()).isEqualTo(used);
    }
  }

  @Test
  void after_leaving_every_call_answers_not_attached() {
    byte[] data = pattern(100);
    MemorySegment memory = MemorySegment.ofArray(data);
    TestFifo fifo = TestFifo.of(4096);
    fifo.write(data);
    fifo.close();
    assertThat(fifo.segment.isReleased()).as("any access would fault").isTrue();

    FifoProducer producer = fifo.producer;
    producer.leave();
    assertThat(producer.isAttached()).isFalse();
    assertThat(producer.enqueue(data, 0, 10)).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(producer.enqueue(data, 0, 0)).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(producer.enqueue(memory, 0, 10)).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(producer.enqueueAt(5, memory, 0, 10)).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(producer.enqueueAll(new MemorySegment[] {memory}, new long[1], new int[] {1}, 1))
        .isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(producer.enqueueSome(new MemorySegment[] {memory}, new long[1], new int[] {1}, 1))
        .isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(producer.writableBytes()).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(producer.headerOffset()).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(producer.claim(1)).isNull();
    assertThat(producer.setEvent()).isFalse();
    assertThat(producer.wantDequeueNotification(Fifo.NOTIFY_ROOM, 1)).isFalse();
    assertThat(producer.isDrained()).isFalse();
    assertThat(producer.sweep()).isZero();
    assertThat(producer.peerLeft()).isTrue();
    assertThat(producer.subscribe(1)).isFalse();
    producer.capacityBytes(8192);
    producer.clearDequeueNotification(Fifo.NOTIFY_ROOM);

    FifoConsumer consumer = fifo.consumer;
    consumer.leave();
    assertThat(consumer.dequeue(data, 0, 10)).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(consumer.dequeue(data, 0, 0)).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(consumer.dequeue(memory, 0, 10)).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(consumer.peek(0, data, 0, 10)).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(consumer.peek(0, memory, 0, 0)).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(consumer.drop(10)).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(consumer.drop(0)).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(consumer.dropAll()).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(consumer.gather(0, 10, (area, offset, length) -> { })).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(consumer.transferTo(producer, 10)).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(consumer.readableBytes()).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(consumer.view(1)).isNull();
    assertThat(consumer.takeDequeueNotification()).isFalse();
    assertThat(consumer.subscriberCount()).isZero();
    consumer.clearEvent();
  }

  @Test
  void an_open_view_ends_with_its_side_and_is_reported() {
    TestFifo fifo = TestFifo.of(4096);
    fifo.write(pattern(100));
    WriteView claim = fifo.claim(50);
    ReadView view = fifo.view(50);
    assertThat(fifo.producer.isViewOpen()).isTrue();
    assertThat(fifo.consumer.isViewOpen()).isTrue();
    fifo.close();
    assertThat(fifo.segment.counters().openViewsAtLeave()).isEqualTo(2);
    assertThat(fifo.producer.isViewOpen()).isFalse();
    assertThatThrownBy(claim::memory).isInstanceOf(IllegalStateException.class).hasMessageContaining("has left");
    assertThatThrownBy(claim::offset).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(claim::length).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> claim.commit(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(claim::abort).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(view::memory).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(view::offset).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(view::length).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> view.release(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void while_a_claim_is_open_the_producer_refuses_other_writes() {
    byte[] data = pattern(100);
    try (TestFifo fifo = TestFifo.of(4096)) {
      WriteView claim = fifo.claim(10);
      assertThatThrownBy(() -> fifo.write(data)).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("10 bytes");
      assertThatThrownBy(() -> fifo.store(data, 0, 5, 10)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> fifo.producer.claim(1)).isInstanceOf(IllegalStateException.class);
      assertThat(fifo.producer.isDrained()).as("a claim is open").isFalse();
      assertThat(fifo.producer.sweep()).isZero();
      assertThatThrownBy(() -> claim.commit(11)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> claim.commit(-1)).isInstanceOf(IllegalArgumentException.class);
      assertThat(claim.commit(10)).isEqualTo(10);
      assertThatThrownBy(() -> claim.commit(1)).isInstanceOf(IllegalStateException.class);
      assertThat(fifo.write(data)).isEqualTo(100);
      assertThat(fifo.consumer.readableBytes()).isEqualTo(110);
    }
  }

  @Test
  void while_a_view_is_open_the_consumer_refuses_other_reads() {
    byte[] data = pattern(100);
    try (TestFifo fifo = TestFifo.of(4096)) {
      fifo.write(data);
      ReadView view = fifo.view(40);
      assertThatThrownBy(() -> fifo.read(1)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> fifo.peek(0, 1)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> fifo.consumer.drop(1)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> fifo.consumer.view(1)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> view.release(41)).isInstanceOf(IllegalArgumentException.class);
      view.release(15);
      assertThatThrownBy(() -> view.release(0)).isInstanceOf(IllegalStateException.class);
      assertThat(fifo.read(85)).containsExactly(Arrays.copyOfRange(data, 15, 100));
    }
  }

  @Test
  void an_aborted_claim_leaves_nothing_behind() {
    try (TestFifo fifo = TestFifo.of(64 << 10)) {
      for (int length = 1; length < 60_000; length = length * 3 + 1) {
        fifo.claim(length).abort();
        assertThat(fifo.consumer.readableBytes()).isZero();
        assertThat(fifo.producer.writableBytes()).isEqualTo(64 << 10);
      }
      fifo.write(pattern(50_000));
      assertThat(fifo.read(50_000)).isEqualTo(pattern(50_000));
    }
  }

  @Test
  void a_call_from_another_context_fails() {
    try (Segment segment = Segment.allocate(64 << 10)) {
      TestContext one = new TestContext("one");
      TestContext other = new TestContext("other");
      long offset = segment.allocateFifo(4096, 0);
      FifoProducer producer = FifoProducer.attach(segment, offset, one);
      assertThat(producer.isOwnedHere()).isTrue();
      one.current(false);
      assertThat(producer.isOwnedHere()).isFalse();
      assertThatThrownBy(() -> producer.enqueue(new byte[1], 0, 1)).isInstanceOf(AssertionError.class)
          .hasMessageContaining("belongs to one");
      one.current(true);
      producer.owner(other);
      one.current(false);
      assertThat(producer.isOwnedHere()).isTrue();
      assertThat(producer.enqueue(new byte[1], 0, 1)).isEqualTo(1);
      producer.leave();
      Fifo.abandon(segment, offset, Fifo.CONSUMER);
    }
  }

  @Test
  void a_fifo_nobody_attached_to_is_abandoned() {
    try (Segment segment = Segment.allocate(64 << 10)) {
      long used = segment.usedBytes();
      long offset = segment.allocateFifo(4096, 4096);
      Fifo.abandon(segment, offset, Fifo.CONSUMER);
      Fifo.abandon(segment, offset, Fifo.CONSUMER);
      assertThat(segment.usedBytes()).isGreaterThan(used);
      Fifo.abandon(segment, offset, Fifo.PRODUCER);
      assertThat(segment.usedBytes()).isEqualTo(used);
    }
  }

  @Test
  void a_transfer_moves_what_the_target_takes() {
    byte[] data = pattern(100_000);
    try (TestFifo from = TestFifo.of(128 << 10); TestFifo to = TestFifo.of(64 << 10)) {
      assertThat(from.consumer.transferTo(to.producer, 10)).isZero();
      from.write(data);
      assertThat(from.consumer.transferTo(to.producer, 100)).isEqualTo(100);
      assertThat(from.consumer.transferTo(to.producer, Integer.MAX_VALUE)).isEqualTo((64 << 10) - 100);
      assertThat(from.consumer.transferTo(to.producer, Integer.MAX_VALUE)).isZero();
      assertThat(to.read(64 << 10)).isEqualTo(Arrays.copyOf(data, 64 << 10));
      assertThat(from.consumer.transferTo(to.producer, Integer.MAX_VALUE)).isEqualTo(100_000 - (64 << 10));
      assertThat(to.read(100_000 - (64 << 10))).isEqualTo(Arrays.copyOfRange(data, 64 << 10, 100_000));
      assertThat(from.consumer.readableBytes()).isZero();
    }
  }

  @Test
  void arguments_outside_of_the_source_or_target_are_refused_and_change_nothing() {
    byte[] data = pattern(100);
    try (TestFifo fifo = TestFifo.of(64 << 10)) {
      for (int round = 0; round < 2; round++) {
        // First without a chunk, then on the fast path.
        assertThatThrownBy(() -> fifo.producer.enqueue(data, 50, 51)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> fifo.producer.enqueue(data, 0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> fifo.producer.enqueue(MemorySegment.ofArray(data), -1, 2))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(fifo.consumer.readableBytes()).isEqualTo(100 * round);
        fifo.write(data);
        assertThatThrownBy(() -> fifo.consumer.dequeue(data, 50, 51)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> fifo.consumer.peek(0, data, 50, 51)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(fifo.consumer.readableBytes()).isEqualTo(100 * (round + 1));
      }
    }
  }

  @Test
  void up_to_seven_ids_subscribe() {
    try (TestFifo fifo = TestFifo.of(4096)) {
      for (int i = 0; i < Fifo.MAX_SUBSCRIBERS; i++) {
        assertThat(fifo.producer.subscribe(250 - i)).isTrue();
        assertThat(fifo.producer.subscribe(250 - i)).as("again").isTrue();
      }
      assertThat(fifo.consumer.subscriberCount()).isEqualTo(7);
      assertThat(fifo.consumer.subscribe(1)).isFalse();
      assertThat(fifo.consumer.subscriber(0)).isEqualTo(250);
      assertThat(fifo.consumer.subscriber(6)).isEqualTo(244);
      assertThat(fifo.consumer.subscriber(7)).isEqualTo(-1);
      assertThat(fifo.producer.unsubscribe(248)).isTrue();
      assertThat(fifo.producer.unsubscribe(248)).isFalse();
      assertThat(fifo.producer.subscriberCount()).isEqualTo(6);
      assertThat(IntStream.range(0, 6).map(fifo.consumer::subscriber))
          .containsExactlyInAnyOrder(250, 249, 247, 246, 245, 244);
      assertThat(fifo.producer.unsubscribe(244)).isTrue();
      assertThat(fifo.consumer.subscribe(0)).isTrue();
      assertThat(fifo.producer.subscriber(5)).isZero();
      assertThatThrownBy(() -> fifo.producer.subscribe(256)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
