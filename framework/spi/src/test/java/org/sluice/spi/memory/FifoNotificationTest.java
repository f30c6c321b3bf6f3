package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.spi.memory.TestFifo.pattern;

import org.junit.jupiter.api.Test;

/** The event flag and the wishes for dequeue notifications, one step after the other. */
class FifoNotificationTest {

  @Test
  void event_is_raised_once_until_the_consumer_looks() {
    try (TestFifo fifo = TestFifo.of(4096)) {
      fifo.write(pattern(10));
      assertThat(fifo.producer.setEvent()).isTrue();
      fifo.write(pattern(10));
      assertThat(fifo.producer.setEvent()).isFalse();
      fifo.consumer.clearEvent();
      assertThat(fifo.consumer.readableBytes()).isEqualTo(20);
      fifo.write(pattern(10));
      assertThat(fifo.producer.setEvent()).isTrue();
    }
  }

  @Test
  void event_data_published_before_the_flag_was_cleared_is_seen_after_it() {
    try (TestFifo fifo = TestFifo.of(4096)) {
      fifo.write(pattern(10));
      assertThat(fifo.producer.setEvent()).isTrue();
      assertThat(fifo.read(10)).hasSize(10);
      fifo.write(pattern(5));
      assertThat(fifo.producer.setEvent()).as("the consumer has not cleared it yet").isFalse();
      fifo.consumer.clearEvent();
      assertThat(fifo.consumer.readableBytes()).isEqualTo(5);
    }
  }

  @Test
  void room_fires_when_the_threshold_is_reached_and_only_once() {
    try (TestFifo fifo = TestFifo.of(4096)) {
      fifo.write(pattern(4096));
      assertThat(fifo.producer.wantDequeueNotification(Fifo.NOTIFY_ROOM, 1000)).isTrue();
      assertThat(fifo.consumer.takeDequeueNotification()).as("nothing was dequeued").isFalse();
      assertThat(fifo.consumer.drop(999)).isEqualTo(999);
      assertThat(fifo.consumer.takeDequeueNotification()).isFalse();
      assertThat(fifo.consumer.drop(1)).isEqualTo(1);
      assertThat(fifo.consumer.takeDequeueNotification()).isTrue();
      assertThat(fifo.consumer.drop(1)).isEqualTo(1);
      assertThat(fifo.consumer.takeDequeueNotification()).as("the wish went when it fired").isFalse();
    }
  }

  @Test
  void room_that_is_there_already_needs_no_notification() {
    try (TestFifo fifo = TestFifo.of(4096)) {
      fifo.write(pattern(4000));
      assertThat(fifo.producer.wantDequeueNotification(Fifo.NOTIFY_ROOM, 96)).isFalse();
      fifo.consumer.dropAll();
      assertThat(fifo.consumer.takeDequeueNotification()).as("the wish was withdrawn").isFalse();
    }
  }

  @Test
  void room_a_threshold_above_the_capacity_means_empty() {
    try (TestFifo fifo = TestFifo.of(4096)) {
      fifo.write(pattern(100));
      assertThat(fifo.producer.wantDequeueNotification(Fifo.NOTIFY_ROOM, Long.MAX_VALUE)).isTrue();
      fifo.consumer.drop(99);
      assertThat(fifo.consumer.takeDequeueNotification()).isFalse();
      fifo.consumer.drop(1);
      assertThat(fifo.consumer.takeDequeueNotification()).isTrue();
    }
  }

  @Test
  void if_full_fires_at_the_first_dequeue_from_a_full_fifo() {
    try (TestFifo fifo = TestFifo.of(4096)) {
      fifo.write(pattern(4096));
      assertThat(fifo.producer.wantDequeueNotification(Fifo.NOTIFY_IF_FULL, 0)).isTrue();
      fifo.consumer.drop(1);
      assertThat(fifo.consumer.takeDequeueNotification()).isTrue();
      fifo.consumer.drop(1);
      assertThat(fifo.consumer.takeDequeueNotification()).isFalse();
    }
  }

  @Test
  void if_full_armed_in_advance_waits_for_the_fifo_to_be_full() {
    try (TestFifo fifo = TestFifo.of(4096)) {
      fifo.write(pattern(4000));
      assertThat(fifo.producer.wantDequeueNotification(Fifo.NOTIFY_IF_FULL, 0)).as("there is room").isFalse();
      fifo.consumer.drop(100);
      assertThat(fifo.consumer.takeDequeueNotification()).isFalse();
      fifo.write(pattern(196));
      assertThat(fifo.producer.writableBytes()).isZero();
      fifo.consumer.drop(50);
      fifo.consumer.drop(50);
      assertThat(fifo.consumer.takeDequeueNotification()).as("after a batch of dequeues").isTrue();
    }
  }

  @Test
  void if_empty_fires_when_the_last_byte_is_taken() {
    try (TestFifo fifo = TestFifo.of(4096)) {
      assertThat(fifo.producer.wantDequeueNotification(Fifo.NOTIFY_IF_EMPTY, 0)).as("empty already").isFalse();
      fifo.write(pattern(10));
      fifo.consumer.drop(10);
      assertThat(fifo.consumer.takeDequeueNotification()).as("that wish was withdrawn").isFalse();
      fifo.write(pattern(10));
      assertThat(fifo.producer.wantDequeueNotification(Fifo.NOTIFY_IF_EMPTY, 0)).isTrue();
      fifo.consumer.drop(9);
      assertThat(fifo.consumer.takeDequeueNotification()).isFalse();
      fifo.consumer.drop(1);
      assertThat(fifo.consumer.takeDequeueNotification()).isTrue();
    }
  }

  @Test
  void kinds_exist_side_by_side_and_only_those_fulfilled_go() {
    try (TestFifo fifo = TestFifo.of(4096)) {
      fifo.write(pattern(4096));
      assertThat(fifo.producer.wantDequeueNotification(Fifo.NOTIFY_ROOM, 2000)).isTrue();
      assertThat(fifo.producer.wantDequeueNotification(Fifo.NOTIFY_IF_EMPTY, 0)).isTrue();
      fifo.consumer.drop(1999);
      assertThat(fifo.consumer.takeDequeueNotification()).isFalse();
      fifo.consumer.drop(1);
      assertThat(fifo.consumer.takeDequeueNotification()).as("room").isTrue();
      fifo.consumer.drop(2095);
      assertThat(fifo.consumer.takeDequeueNotification()).isFalse();
      fifo.consumer.drop(1);
      assertThat(fifo.consumer.takeDequeueNotification()).as("empty").isTrue();
    }
  }

  @Test
  void a_wish_taken_back_does_not_fire() {
    try (TestFifo fifo = TestFifo.of(4096)) {
      fifo.write(pattern(4096));
      assertThat(fifo.producer.wantDequeueNotification(Fifo.NOTIFY_ROOM, 1)).isTrue();
      assertThat(fifo.producer.wantDequeueNotification(Fifo.NOTIFY_IF_EMPTY, 0)).isTrue();
      fifo.producer.clearDequeueNotification(Fifo.NOTIFY_ROOM | Fifo.NOTIFY_IF_FULL);
      fifo.consumer.drop(100);
      assertThat(fifo.consumer.takeDequeueNotification()).isFalse();
      fifo.consumer.dropAll();
      assertThat(fifo.consumer.takeDequeueNotification()).isTrue();
    }
  }
}
