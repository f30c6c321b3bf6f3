package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.spi.memory.TestFifo.pattern;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Chunks of a FIFO: cases large, grow, shrink, indirect, zero and replay of the feature map, section 10.3. */
class FifoStorageTest {

  private static final int KIB = 1024;

  @Test
  void large_five_gigabytes_pass_through_a_small_ring() {
    int block = 60_000;
    long total = 5_000_000_000L;
    try (Arena arena = Arena.ofConfined(); TestFifo fifo = TestFifo.at(64 * KIB, (1L << 32) - 1_000_000_007)) {
      MemorySegment data = arena.allocate(1 << 20);
      data.copyFrom(MemorySegment.ofArray(pattern(1 << 20)));
      MemorySegment out = arena.allocate(block);
      long sent = 0;
      for (int i = 0; sent < total; i++) {
        int from = i * 4099 % ((1 << 20) - block);
        assertThat(fifo.producer.enqueue(data, from, block)).isEqualTo(block);
        assertThat(fifo.consumer.dequeue(out, 0, block)).isEqualTo(block);
        assertThat(MemorySegment.mismatch(data, from, from + block, out, 0, block)).isEqualTo(-1);
        sent += block;
      }
      assertThat(fifo.chunkBytes()).as("a ring that is drained each time stays small").isLessThanOrEqualTo(256 * KIB);
    }
  }

  @Test
  void grow_a_stream_of_single_bytes_takes_ever_larger_chunks() {
    byte[] data = pattern(300 * KIB);
    try (TestFifo fifo = TestFifo.of(1 << 20)) {
      for (int i = 0; i < data.length; i++) {
        assertThat(fifo.write(data, i, i + 1)).isEqualTo(1);
        if (i == 0) {
          assertThat(fifo.chunks()).containsExactly(4 * KIB);
        } else if (i == 4 * KIB - 1) {
          assertThat(fifo.chunks()).as("the last byte of the first chunk").containsExactly(4 * KIB);
        } else if (i == 4 * KIB) {
          assertThat(fifo.chunks()).as("the first byte of the second").containsExactly(4 * KIB, 8 * KIB);
        }
      }
      assertThat(fifo.chunks()).containsExactly(
          4 * KIB, 8 * KIB, 16 * KIB, 32 * KIB, 64 * KIB, 64 * KIB, 64 * KIB, 64 * KIB);
      assertThat(fifo.chunkBytes()).isEqualTo(316 * KIB);
      for (int i = 0; i < data.length; i += 1000) {
        int length = Math.min(1000, data.length - i);
        assertThat(fifo.read(length)).isEqualTo(Arrays.copyOfRange(data, i, i + length));
      }
    }
  }

  @Test
  void grow_one_write_takes_chunks_for_its_length() {
    try (TestFifo fifo = TestFifo.of(1 << 20)) {
      fifo.write(pattern(100));
      assertThat(fifo.chunks()).containsExactly(4 * KIB);
      fifo.write(pattern(100 * KIB));
      assertThat(fifo.chunks()).as("4 KiB less 100, then 64 KiB, then the rest").containsExactly(
          4 * KIB, 64 * KIB, 64 * KIB);
    }
    try (TestFifo fifo = TestFifo.of(1 << 20)) {
      fifo.write(pattern(1 << 20));
      assertThat(fifo.chunks()).containsExactly(1 << 20);
      assertThat(fifo.write(new byte[1])).isZero();
    }
  }

  @Test
  void grow_out_of_order_data_takes_chunks_ahead_of_the_tail() {
    byte[] data = pattern(200 * KIB);
    try (TestFifo fifo = TestFifo.of(256 * KIB)) {
      fifo.store(data, 0, 150 * KIB, 200 * KIB);
      assertThat(fifo.chunkBytes()).isEqualTo(200 * KIB);
      long held = fifo.chunkBytes();
      assertThat(fifo.write(data, 0, 150 * KIB)).isEqualTo(200 * KIB);
      assertThat(fifo.chunkBytes()).as("in-order data uses the chunks that are there").isEqualTo(held);
      assertThat(fifo.read(200 * KIB)).isEqualTo(data);
    }
  }

  @Test
  void grow_four_megabytes_of_four_kilobyte_chunks() {
    byte[] data = pattern(4 << 20);
    try (Segment segment = Segment.allocate(16 << 20)) {
      // Every other page is taken, so no larger chunk exists.
      List<Integer> taken = new ArrayList<>();
      for (int page = segment.pages.allocate(0); page != PageAllocator.NONE; page = segment.pages.allocate(0)) {
        taken.add(page);
      }
      taken.stream().filter(page -> page % 2 == 1).forEach(page -> assertThat(segment.pages.free(page, 0)).isTrue());
      try (TestFifo fifo = TestFifo.in(segment, 4 << 20, 0)) {
        assertThat(fifo.write(data)).isEqualTo(4 << 20);
        assertThat(fifo.chunks()).hasSize(1024).containsOnly(4 * KIB);
        assertThat(fifo.peek(3 << 20, 1 << 20)).isEqualTo(Arrays.copyOfRange(data, 3 << 20, 4 << 20));
        assertThat(fifo.read(4 << 20)).isEqualTo(data);
      }
    }
  }

  @Test
  void shrink_chunks_come_back_as_the_consumer_passes_them() {
    try (TestFifo fifo = TestFifo.of(1 << 20)) {
      fifo.write(pattern(1 << 19));
      fifo.write(pattern(1 << 19));
      assertThat(fifo.chunkBytes()).isEqualTo(1 << 20);
      fifo.consumer.drop((1 << 20) - 10);
      fifo.write(pattern(100));
      assertThat(fifo.chunks()).as("both were full: the passed one goes on as the next").hasSize(2);
      fifo.consumer.dropAll();
      assertThat(fifo.producer.sweep()).isEqualTo(1 << 20);
      assertThat(fifo.chunkBytes()).isZero();
      fifo.write(pattern(100));
      assertThat(fifo.chunks()).containsExactly(4 * KIB);
      assertThat(fifo.read(100)).isEqualTo(pattern(100));
    }
  }

  @Test
  void shrink_a_size_below_the_content_leaves_no_room_until_the_consumer_has_caught_up() {
    byte[] data = pattern(10_000);
    try (TestFifo fifo = TestFifo.of(16 * KIB)) {
      fifo.write(data);
      fifo.producer.capacityBytes(8 * KIB);
      assertThat(fifo.producer.writableBytes()).isZero();
      assertThat(fifo.write(data, 0, 1)).isZero();
      assertThat(fifo.read(10_000 - 8 * KIB)).hasSize(10_000 - 8 * KIB);
      assertThat(fifo.producer.writableBytes()).isZero();
      assertThat(fifo.read(1)).hasSize(1);
      assertThat(fifo.producer.writableBytes()).isEqualTo(1);
      assertThat(fifo.write(data)).isEqualTo(1);
      assertThat(Fifo.capacity(fifo.segment, fifo.offset)).isEqualTo(8 * KIB);
    }
  }

  @Test
  void indirect_chunks_are_filled_in_place_and_read_in_place() {
    byte[] data = pattern(100_000);
    MemorySegment source = MemorySegment.ofArray(data);
    try (TestFifo fifo = TestFifo.of(1 << 20)) {
      int[] lengths = {1000, 5000, 3, 60_000, 4096, 20_000, 9901};
      int at = 0;
      for (int length : lengths) {
        WriteView claim = fifo.claim(length);
        assertThat(claim.length()).as("exactly sized").isEqualTo(length);
        MemorySegment.copy(source, at, claim.memory(), claim.offset(), length);
        assertThat(fifo.consumer.readableBytes()).isEqualTo(at);
        assertThat(claim.commit(length)).isEqualTo(length);
        at += length;
      }
      assertThat(at).isEqualTo(data.length);
      at = 0;
      while (at < data.length) {
        ReadView view = fifo.view(data.length);
        assertThat(MemorySegment.mismatch(view.memory(), view.offset(), view.offset() + view.length(),
            source, at, at + view.length())).isEqualTo(-1);
        at += view.length();
        view.release(view.length());
      }
      assertThat(fifo.consumer.readableBytes()).isZero();
    }
  }

  @Test
  void indirect_what_one_claim_wrote_is_one_view() {
    try (TestFifo fifo = TestFifo.of(1 << 20)) {
      SplittableRandom random = new SplittableRandom(4);
      for (int i = 0; i < 2000; i++) {
        int length = 1 + random.nextInt(30_000);
        WriteView claim = fifo.claim(length);
        assertThat(claim.length()).isEqualTo(length);
        claim.commit(length);
        ReadView view = fifo.view(length);
        assertThat(view.length()).as("claim %d", i).isEqualTo(length);
        view.release(length);
      }
    }
  }

  @Test
  void zero_a_fifo_cut_to_its_content_has_no_room() {
    byte[] data = pattern(8 * KIB);
    try (TestFifo fifo = TestFifo.of(1 << 20)) {
      fifo.write(data);
      fifo.producer.capacityBytes(8 * KIB);
      assertThat(fifo.producer.writableBytes()).isZero();
      assertThat(fifo.write(data)).isZero();
      assertThat(fifo.producer.claim(1)).isNull();
      assertThat(fifo.store(data, 0, 1, 2)).isZero();
      fifo.producer.capacityBytes(1 << 20);
      assertThat(fifo.producer.writableBytes()).isEqualTo((1 << 20) - 8 * KIB);
      assertThat(fifo.write(data)).isEqualTo(8 * KIB);
    }
  }

  @Test
  void replay_a_recorded_trace_leads_to_the_same_state() {
    for (int seed = 0; seed < 50; seed++) {
      FifoTrace trace = FifoTrace.random(seed, 300);
      try (TestFifo one = TestFifo.of(64 * KIB); TestFifo other = TestFifo.of(64 * KIB)) {
        List<String> states = trace.replay(one);
        assertThat(FifoTrace.parse(trace.toString()).replay(other)).as("seed %d", seed).isEqualTo(states);
        assertThat(other.chunks()).isEqualTo(one.chunks());
      }
    }
  }
}
