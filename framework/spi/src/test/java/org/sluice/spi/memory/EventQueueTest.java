package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Event queues by one thread: case mq-basic of the feature map, section 10.1, and what the formats promise. */
class EventQueueTest {

  private final Segment segment = Segment.allocate(1 << 20);
  private final long usedBefore = segment.usedBytes();
  private final List<String> seen = new ArrayList<>();
  private final EventHandler record = (type, handle, arg, payload, offset) ->
      seen.add(type + " " + handle + " " + arg + (offset < 0 ? "" : " " + payload.get(ValueLayout.JAVA_LONG, offset)));

  @AfterEach
  void everything_is_given_back() {
    assertThat(segment.usedBytes()).isEqualTo(usedBefore);
    assertThat(segment.eventQueueCount()).isZero();
    segment.close();
    assertThat(segment.isReleased()).isTrue();
  }

  @Test
  void mq_basic_geometry() {
    for (int[] sizes : new int[][] {{1, 1}, {100, 16}, {127, 1}, {2048, 1024}, {3000, 65}}) {
      QueueLayout layout = new QueueLayout(sizes[0], sizes[1]);
      assertThat(Integer.bitCount(layout.records)).isEqualTo(1);
      assertThat(layout.records).isBetween(sizes[0] + sizes[1], 2 * (sizes[0] + sizes[1]));
      assertThat(layout.recordsOffset % 64).isZero();
      assertThat(layout.payloadsOffset % 64).isZero();
      assertThat(layout.recordsOffset).isGreaterThanOrEqualTo(QueueLayout.PAYLOAD_BITS + (sizes[1] + 7) / 8);
      long offset = segment.allocateEventQueue(sizes[0], sizes[1]);
      assertThat(segment.eventQueueCount()).isEqualTo(1);
      QueueLayout read = QueueLayout.at(segment, offset);
      assertThat(read.events).isEqualTo(sizes[0]);
      assertThat(read.controlEvents).isEqualTo(sizes[1]);
      segment.freeEventQueue(offset);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, (1L << 32) - 10, Long.MAX_VALUE - 10, -10})
  void mq_basic_order_fill_free_and_wrap(long start) {
    EventQueue queue = queue(20, 4, start);
    for (int lap = 0; lap < 10; lap++) {
      for (int i = 0; i < 20; i++) {
        assertThat(queue.offer(i, lap, -i)).isTrue();
      }
      assertThat(queue.offer(99, 99, 99)).as("full").isFalse();
      assertThat(queue.depth()).isEqualTo(20);
      assertThat(queue.poll(record, 7)).isEqualTo(7);
      assertThat(queue.offer(20, lap, -20)).isTrue();
      assertThat(queue.poll(record, 100)).isEqualTo(14);
      assertThat(queue.isEmpty()).isTrue();
      assertThat(queue.depth()).isZero();
      for (int i = 0; i <= 20; i++) {
        assertThat(seen.get(i)).isEqualTo(i + " " + lap + " " + -i);
      }
      seen.clear();
    }
    assertThat(segment.counters().eventsRefused()).isEqualTo(10);
    free(queue);
  }

  @Test
  void a_flood_of_io_leaves_room_for_every_control_record() {
    EventQueue queue = queue(10, 5, 0);
    int offered = 0;
    while (queue.offer(1, offered, 0)) {
      offered++;
    }
    assertThat(offered).isEqualTo(10);
    for (int i = 0; i < 5; i++) {
      control(queue, 2, 100 + i, i, 1000 + i);
    }
    assertThat(queue.claimControl()).isEqualTo(Fifo.NO_SPACE);
    assertThat(queue.poll(record, 100)).isEqualTo(15);
    assertThat(seen.subList(9, 12)).containsExactly("1 9 0", "2 100 0 1000", "2 101 1 1001");
    control(queue, 2, 1, 1, 1);
    assertThat(queue.poll(record, 1)).isEqualTo(1);
    free(queue);
  }

  @Test
  void control_records_take_room_from_io_but_never_from_each_other() {
    EventQueue queue = queue(4, 8, 0);
    for (int i = 0; i < 8; i++) {
      control(queue, 2, i, 0, 0);
    }
    assertThat(queue.offer(1, 0, 0)).isFalse();
    assertThat(queue.poll(record, 5)).isEqualTo(5);
    assertThat(queue.offer(1, 0, 0)).isTrue();
    assertThat(queue.offer(1, 0, 0)).isFalse();
    assertThat(queue.poll(record, 100)).isEqualTo(4);
    free(queue);
  }

  @Test
  void a_claim_that_is_not_published_is_in_nobodys_way() {
    EventQueue queue = queue(4, 2, 0);
    int first = queue.claimControl();
    int second = queue.claimControl();
    assertThat(queue.claimControl()).isEqualTo(Fifo.NO_SPACE);
    assertThat(queue.offer(1, 1, 1)).isTrue();
    assertThat(queue.poll(record, 10)).isEqualTo(1);
    queue.abortControl(first);
    int third = queue.claimControl();
    assertThat(third).isEqualTo(first);
    assertThat(queue.publishControl(second, 5, 5, 5)).isTrue();
    assertThat(queue.publishControl(third, 6, 6, 6)).isTrue();
    assertThat(queue.poll(record, 10)).isEqualTo(2);
    free(queue);
  }

  @Test
  void a_payload_is_untouched_until_its_handler_returns() {
    EventQueue queue = queue(4, 1, 0);
    control(queue, 2, 0, 0, 42);
    queue.poll((type, handle, arg, payload, offset) -> {
      assertThat(queue.claimControl()).isEqualTo(Fifo.NO_SPACE);
      assertThat(payload.get(ValueLayout.JAVA_LONG, offset)).isEqualTo(42);
    }, 1);
    queue.abortControl(queue.claimControl());
    free(queue);
  }

  @Test
  void an_event_whose_handler_throws_is_consumed() {
    EventQueue queue = queue(4, 1, 0);
    control(queue, 2, 0, 0, 42);
    queue.offer(1, 7, 7);
    assertThatThrownBy(() -> queue.poll((type, handle, arg, payload, offset) -> {
      throw new IllegalStateException("handler");
    }, 10)).hasMessage("handler");
    control(queue, 2, 1, 1, 43);
    assertThat(queue.poll(record, 10)).isEqualTo(2);
    assertThat(seen).containsExactly("1 7 7", "2 1 1 43");
    free(queue);
  }

  @Test
  void a_handler_may_offer_to_the_queue_it_polls() {
    EventQueue queue = queue(2, 1, 0);
    queue.offer(1, 0, 3);
    int taken = queue.poll((type, handle, arg, payload, offset) -> {
      if (arg > 0) {
        assertThat(queue.offer(1, 0, arg - 1)).isTrue();
      }
    }, 10);
    assertThat(taken).isEqualTo(4);
    free(queue);
  }

  @Test
  void a_consumer_that_prepares_to_wait_is_woken_exactly_once() {
    int[] woken = {0};
    long offset = segment.allocateEventQueue(8, 1);
    EventQueue consumer = EventQueue.attach(segment, offset);
    EventQueue producer = EventQueue.attach(segment, offset, () -> woken[0]++);
    producer.offer(1, 1, 1);
    assertThat(woken[0]).as("nobody waits").isZero();
    assertThat(consumer.prepareWait()).as("there is something").isFalse();
    consumer.poll(record, 10);
    assertThat(consumer.prepareWait()).isTrue();
    producer.offer(1, 1, 1);
    producer.offer(1, 1, 1);
    assertThat(woken[0]).isEqualTo(1);
    consumer.cancelWait();
    consumer.poll(record, 10);
    assertThat(consumer.prepareWait()).isTrue();
    consumer.cancelWait();
    producer.offer(1, 1, 1);
    assertThat(woken[0]).as("the wait was cancelled").isEqualTo(1);
    consumer.leave();
    producer.leave();
    segment.freeEventQueue(offset);
  }

  @Test
  void a_queue_that_is_freed_stays_until_its_last_context_leaves() {
    long offset = segment.allocateEventQueue(8, 1);
    EventQueue one = EventQueue.attach(segment, offset);
    EventQueue other = EventQueue.attach(segment, offset);
    segment.freeEventQueue(offset);
    assertThatThrownBy(() -> EventQueue.attach(segment, offset)).isInstanceOf(IllegalStateException.class);
    one.leave();
    one.leave();
    assertThat(other.offer(1, 1, 1)).isTrue();
    assertThat(segment.eventQueueCount()).isEqualTo(1);
    other.leave();
    assertThat(segment.eventQueueCount()).isZero();
    assertThat(other.offer(1, 1, 1)).isFalse();
    assertThat(other.claimControl()).isEqualTo(Fifo.NOT_ATTACHED);
    assertThat(other.publishControl(0, 1, 1, 1)).isFalse();
    assertThat(other.isEmpty()).isTrue();
    assertThat(other.poll(record, 1)).isZero();
    assertThat(other.prepareWait()).isFalse();
    assertThat(other.depth()).isZero();
    assertThatThrownBy(() -> EventQueue.attach(segment, offset)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void every_seed_behaves_like_a_list() {
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int events = 1 + random.nextInt(100);
      int controls = 1 + random.nextInt(100);
      EventQueue queue = queue(events, controls, random.nextLong());
      Deque<String> expected = new ArrayDeque<>();
      int controlsIn = 0;
      for (int i = 0; i < 500; i++) {
        int kind = random.nextInt(5);
        if (kind < 2) {
          boolean fits = expected.size() < events;
          assertThat(queue.offer(kind, i, -i)).as("seed %d", seed).isEqualTo(fits);
          if (fits) {
            expected.add(kind + " " + i + " " + -i);
          }
        } else if (kind == 2 && controlsIn < controls) {
          control(queue, kind, i, -i, 7L * i);
          expected.add(kind + " " + i + " " + -i + " " + 7L * i);
          controlsIn++;
        } else if (kind == 3) {
          int limit = random.nextInt(20);
          assertThat(queue.poll(record, limit)).isEqualTo(Math.min(limit, expected.size()));
          for (String event : seen) {
            assertThat(event).as("seed %d", seed).isEqualTo(expected.poll());
            controlsIn -= event.startsWith("2") ? 1 : 0;
          }
          seen.clear();
        }
        assertThat(queue.depth()).isEqualTo(expected.size());
      }
      free(queue);
    }
  }

  private long last;

  private EventQueue queue(int events, int controlEvents, long position) {
    last = segment.allocateEventQueue(events, controlEvents, position);
    return EventQueue.attach(segment, last);
  }

  private void free(EventQueue queue) {
    queue.leave();
    segment.freeEventQueue(last);
  }

  private static void control(EventQueue queue, int type, long handle, long arg, long payload) {
    int claim = queue.claimControl();
    assertThat(claim).isNotNegative();
    MemorySegment memory = queue.payload();
    memory.set(ValueLayout.JAVA_LONG, queue.payloadOffset(claim), payload);
    assertThat(queue.publishControl(claim, type, handle, arg)).isTrue();
  }
}
