package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How many chunks a FIFO holds on to, and what a peer finds out who overwrites them. */
class FifoRecyclingTest {
  private static final int CHUNK = 64 << 10;
  private static final byte[] DATA = new byte[CHUNK];

  private static long chunkBytes(TestFifo fifo) {
    return SharedMemory.getLong(fifo.segment, fifo.offset + Fifo.CHUNK_BYTES);
  }

  private static void leave(TestFifo fifo) {
    fifo.producer.leave();
    fifo.consumer.leave();
  }

  private static void fillAndDrain(TestFifo fifo, int chunks) {
    for (int i = 0; i < chunks; i++) {
      assertThat(fifo.write(DATA)).isEqualTo(CHUNK);
    }
    for (int i = 0; i < chunks; i++) {
      fifo.read(CHUNK);
    }
  }

  private static void trickle(TestFifo fifo, int chunks) {
    for (int i = 0; i < chunks * 64; i++) {
      fifo.write(DATA, 0, 1024);
      fifo.read(1024);
    }
  }

  @Test
  void it_goes_round_in_as_many_chunks_as_it_needed_at_the_same_time() {
    try (TestFifo fifo = TestFifo.of(1 << 20)) {
      fillAndDrain(fifo, 8);
      assertThat(chunkBytes(fifo)).isEqualTo(8 * CHUNK);
      Set<Long> places = new HashSet<>();
      for (int i = 0; i < 100; i++) {
        fifo.write(DATA);
        ReadView view = Objects.requireNonNull(fifo.consumer.view(CHUNK));
        assertThat(view.length()).isEqualTo(CHUNK);
        places.add(view.offset());
        view.release(CHUNK);
      }
      // One chunk is passed only when the first byte behind it is read, so there may be one more than were full.
      assertThat(places).hasSizeBetween(8, 9);
      assertThat(chunkBytes(fifo)).isEqualTo((long) places.size() * CHUNK);
    }
  }

  @Test
  void chunks_beyond_a_capacity_that_was_lowered_are_given_back() {
    try (TestFifo fifo = TestFifo.of(1 << 20)) {
      fillAndDrain(fifo, 16);
      assertThat(chunkBytes(fifo)).isEqualTo(1 << 20);
      fifo.producer.capacityBytes(8 << 10);
      trickle(fifo, 3);
      assertThat(chunkBytes(fifo)).isLessThanOrEqualTo((8 << 10) + 2 * CHUNK);
    }
  }

  @Test
  void where_memory_is_scarce_a_fifo_keeps_no_chunks_that_it_does_not_need() {
    try (Segment segment = Segment.allocate(2 << 20)) {
      TestFifo once = TestFifo.in(segment, 1 << 20, 0);
      TestFifo other = TestFifo.in(segment, 1 << 20, 0);
      fillAndDrain(once, 15);
      fillAndDrain(other, 8);
      assertThat(segment.freeBytes()).isLessThan(1 << 20);
      trickle(once, 3);
      assertThat(chunkBytes(once)).isLessThan(1 << 20);
      assertThat(segment.freeBytes()).as("as far as needed").isGreaterThanOrEqualTo((1 << 20) - 2 * CHUNK);
      leave(once);
      leave(other);
    }
  }

  @Test
  void a_link_that_leads_out_of_the_segment_is_not_followed() {
    try (Segment segment = Segment.allocate(4 << 20)) {
      TestFifo fifo = TestFifo.in(segment, 1 << 20, 0);
      fifo.write(DATA);
      fifo.write(DATA);
      int first = SharedMemory.getInt(segment, fifo.offset + Fifo.FIRST_CHUNK);
      int second = Chunks.next(segment, first);
      Chunks.link(segment, first, Integer.MAX_VALUE);
      byte[] target = new byte[CHUNK];
      assertThat(fifo.consumer.peek(CHUNK / 2, target, 0, CHUNK)).isEqualTo(Fifo.CORRUPT);
      assertThat(fifo.consumer.gather(0, 2 * CHUNK, (memory, offset, piece) -> { })).isEqualTo(Fifo.CORRUPT);
      Chunks.link(segment, first, second);
      assertThat(fifo.consumer.peek(CHUNK / 2, target, 0, CHUNK)).isEqualTo(CHUNK);
      leave(fifo);
    }
  }

  @Test
  void a_claim_says_why_there_is_none() {
    try (Segment segment = Segment.allocate(4 << 20)) {
      TestFifo fifo = TestFifo.in(segment, 2 * CHUNK, 0);
      for (int i = 0; i < 2; i++) {
        assertThat(fifo.producer.tryClaim(CHUNK)).isEqualTo(CHUNK);
        fifo.producer.commit(CHUNK);
      }
      assertThat(fifo.producer.tryClaim(1)).as("full").isZero();
      fifo.consumer.dropAll();
      int first = SharedMemory.getInt(segment, fifo.offset + Fifo.FIRST_CHUNK);
      SharedMemory.setInt(segment, fifo.offset + Fifo.FIRST_CHUNK, Integer.MAX_VALUE);
      assertThat(fifo.producer.tryClaim(1)).isEqualTo(Fifo.CORRUPT);
      assertThat(fifo.producer.claim(1)).isNull();
      SharedMemory.setInt(segment, fifo.offset + Fifo.FIRST_CHUNK, first);
      assertThat(fifo.producer.tryClaim(1)).isEqualTo(1);
      fifo.producer.abort();
      fifo.producer.leave();
      assertThat(fifo.producer.tryClaim(1)).isEqualTo(Fifo.NOT_ATTACHED);
      fifo.consumer.leave();
    }
  }

  @Test
  void one_thread_tells_itself_without_a_fence() {
    try (TestFifo fifo = TestFifo.of(4096)) {
      fifo.write(DATA, 0, 4096);
      assertThat(fifo.producer.setEventLightly()).isTrue();
      assertThat(fifo.producer.setEventLightly()).as("told already").isFalse();
      fifo.consumer.clearEventLightly();
      assertThat(fifo.producer.setEventLightly()).isTrue();
      assertThat(fifo.producer.wantDequeueNotificationHeavily(Fifo.NOTIFY_ROOM, 100)).isTrue();
      assertThat(fifo.consumer.takeDequeueNotificationLightly()).as("no room yet").isFalse();
      fifo.consumer.drop(100);
      assertThat(fifo.consumer.takeDequeueNotificationLightly()).isTrue();
      assertThat(fifo.consumer.takeDequeueNotificationLightly()).as("the wish is gone").isFalse();
      fifo.consumer.clearEventHeavily();
      assertThat(fifo.producer.setEventLightly()).isTrue();
      fifo.consumer.peek(0, MemorySegment.ofArray(new byte[8]), 0, 8);
    }
  }
}
