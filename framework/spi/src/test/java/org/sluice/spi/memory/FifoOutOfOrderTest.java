package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sluice.spi.memory.TestFifo.pattern;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Enqueue at an offset: cases fifo1 to fifo7 of the feature map, section 10.3. */
class FifoOutOfOrderTest {

  private static LongStream starts() {
    return Arrays.stream(TestFifo.STARTS);
  }

  @ParameterizedTest
  @MethodSource("starts")
  void fifo1_separate_ranges_merge_as_the_gaps_are_filled(long start) {
    byte[] data = pattern(1000);
    try (TestFifo fifo = TestFifo.at(4096, start)) {
      assertThat(fifo.write(data, 0, 100)).isEqualTo(100);
      for (int i = 200; i < 1000; i += 200) {
        assertThat(fifo.store(data, 100, i, i + 100)).isEqualTo(100);
      }
      assertThat(fifo.producer.outOfOrderRanges()).isEqualTo(4);
      for (int i = 300; i < 900; i += 200) {
        assertThat(fifo.store(data, 100, i, i + 100)).isEqualTo(100);
      }
      assertThat(fifo.producer.outOfOrderRanges()).isEqualTo(1);
      assertThat(fifo.producer.outOfOrderStart(0)).isEqualTo(100);
      assertThat(fifo.producer.outOfOrderLength(0)).isEqualTo(700);
      assertThat(fifo.consumer.readableBytes()).isEqualTo(100);

      assertThat(fifo.write(data, 100, 200)).as("the write and what it absorbed").isEqualTo(800);
      assertThat(fifo.producer.outOfOrderRanges()).isZero();
      assertThat(fifo.read(900)).isEqualTo(Arrays.copyOf(data, 900));
    }
  }

  @Test
  void fifo1_a_range_that_overlaps_the_whole_list_replaces_it() {
    byte[] data = pattern(2000);
    try (TestFifo fifo = TestFifo.of(4096)) {
      for (int i = 100; i < 1900; i += 200) {
        fifo.store(data, 0, i, i + 50);
      }
      assertThat(fifo.producer.outOfOrderRanges()).isEqualTo(9);
      assertThat(fifo.store(data, 0, 50, 1950)).isEqualTo(1900);
      assertThat(fifo.producer.outOfOrderRanges()).isEqualTo(1);
      assertThat(fifo.producer.outOfOrderStart(0)).isEqualTo(50);
      assertThat(fifo.producer.outOfOrderLength(0)).isEqualTo(1900);
      assertThat(fifo.write(data, 0, 50)).isEqualTo(1950);
      assertThat(fifo.read(1950)).isEqualTo(Arrays.copyOf(data, 1950));
    }
  }

  @Test
  void fifo1_an_in_order_write_over_ranges_absorbs_the_ones_it_reaches_only() {
    byte[] data = pattern(2000);
    try (TestFifo fifo = TestFifo.of(4096)) {
      fifo.store(data, 0, 100, 200);
      fifo.store(data, 0, 300, 400);
      fifo.store(data, 0, 500, 600);
      assertThat(fifo.write(data, 0, 350)).isEqualTo(400);
      assertThat(fifo.producer.outOfOrderRanges()).isEqualTo(1);
      assertThat(fifo.producer.outOfOrderStart(0)).isEqualTo(100);
      assertThat(fifo.write(data, 400, 700)).isEqualTo(300);
      assertThat(fifo.producer.outOfOrderRanges()).isZero();
      assertThat(fifo.read(700)).isEqualTo(Arrays.copyOf(data, 700));
    }
  }

  @Test
  void fifo1_peek_past_the_end_and_peek_on_empty_see_nothing() {
    byte[] data = pattern(300);
    byte[] out = new byte[300];
    try (TestFifo fifo = TestFifo.of(4096)) {
      assertThat(fifo.consumer.peek(0, out, 0, 10)).as("before the first chunk").isZero();
      fifo.store(data, 0, 100, 200);
      assertThat(fifo.consumer.peek(0, out, 0, 10)).as("out of order data is not content").isZero();
      assertThat(fifo.consumer.peek(150, out, 0, 10)).isZero();
      fifo.write(data, 0, 50);
      assertThat(fifo.consumer.peek(50, out, 0, 10)).isZero();
      assertThat(fifo.consumer.peek(40, out, 0, 100)).as("cut at the end").isEqualTo(10);
      assertThat(fifo.consumer.peek(1L << 40, out, 0, 10)).isZero();
      fifo.consumer.dropAll();
      assertThat(fifo.consumer.peek(0, out, 0, 10)).as("drained").isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void fifo2_a_pattern_sorted_or_not_ends_as_one_range_and_3000_bytes(boolean sorted) {
    byte[] data = pattern(3000);
    int[] order = new SplittableRandom(2).ints(0, 29).distinct().limit(29).toArray();
    if (sorted) {
      Arrays.sort(order);
    }
    try (TestFifo fifo = TestFifo.of(4096)) {
      for (int piece : order) {
        int from = 100 + piece * 100;
        // Neighbours overlap by half a piece.
        fifo.store(data, 0, from, Math.min(3000, from + 150));
      }
      assertThat(fifo.producer.outOfOrderRanges()).isEqualTo(1);
      assertThat(fifo.producer.outOfOrderStart(0)).isEqualTo(100);
      assertThat(fifo.producer.outOfOrderLength(0)).isEqualTo(2900);
      assertThat(fifo.write(data, 0, 100)).isEqualTo(3000);
      assertThat(fifo.read(3000)).isEqualTo(data);
    }
  }

  @ParameterizedTest
  @CsvSource({
      "randomised segments,        true,  0,    0,    false, false",
      "with overlaps,              true,  64,   0,    false, false",
      "initial offset,             true,  64,   1234, false, false",
      "dropped instead of dequeued,true,  64,   1234, true,  false",
      "in sequence at the end,     true,  64,   0,    false, true",
      "not randomised,             false, 0,    0,    false, false",
      "not randomised but overlaps,false, 64,   777,  true,  true"})
  void fifo3_segments_in_any_order_yield_the_stream(
      String name, boolean randomise, int overlap, int initial, boolean drop, boolean inSequence) {
    byte[] data = pattern(200_000);
    SplittableRandom random = new SplittableRandom(3);
    try (TestFifo fifo = TestFifo.of(256 << 10)) {
      // Positions and chunk borders do not fall together.
      fifo.write(data, 0, initial);
      fifo.consumer.dropAll();
      int[] cuts = cuts(data.length, random);
      int[] order = random.ints(0, cuts.length - 1).distinct().limit(cuts.length - 1).toArray();
      if (!randomise) {
        Arrays.sort(order);
      }
      int grown = 0;
      for (int i : order) {
        int from = Math.max(grown, cuts[i] - random.nextInt(overlap + 1));
        int to = Math.min(data.length, cuts[i + 1] + random.nextInt(overlap + 1));
        if (to <= grown || (inSequence && from == 0)) {
          continue;
        }
        int result = fifo.store(data, grown, from, to);
        grown += from == grown ? result : 0;
      }
      if (inSequence) {
        assertThat(grown).isZero();
        grown = fifo.write(data, 0, cuts[1]);
      }
      assertThat(grown).as(name).isEqualTo(data.length);
      assertThat(fifo.producer.outOfOrderRanges()).isZero();
      assertThat(fifo.peek(0, data.length)).isEqualTo(data);
      if (drop) {
        assertThat(fifo.consumer.drop(100_000)).isEqualTo(100_000);
        assertThat(fifo.read(100_000)).isEqualTo(Arrays.copyOfRange(data, 100_000, 200_000));
      } else {
        assertThat(fifo.read(data.length)).isEqualTo(data);
      }
    }
  }

  private static int[] cuts(int length, SplittableRandom random) {
    int[] cuts = new int[201];
    for (int i = 1; i < 200; i++) {
      cuts[i] = Math.max(cuts[i - 1] + 1, i * (length / 200) + random.nextInt(500));
    }
    cuts[200] = length;
    return cuts;
  }

  @ParameterizedTest
  @MethodSource("starts")
  void fifo4_bytes_stored_one_by_one_from_the_last_to_the_first(long start) {
    byte[] data = pattern(3000);
    try (TestFifo fifo = TestFifo.at(4096, start)) {
      fifo.write(data, 0, 1000);
      fifo.consumer.dropAll();
      for (int i = 2999; i > 0; i--) {
        assertThat(fifo.store(data, 0, i, i + 1)).isEqualTo(1);
        assertThat(fifo.producer.outOfOrderRanges()).isEqualTo(1);
        assertThat(fifo.producer.outOfOrderStart(0)).isEqualTo(i);
      }
      assertThat(fifo.write(data, 0, 1)).isEqualTo(3000);
      for (int i = 0; i < 3000; i++) {
        assertThat(fifo.read(1)[0]).isEqualTo(data[i]);
      }
    }
  }

  @Test
  void fifo5_each_shape_of_merge_names_the_newest_range() {
    byte[] data = pattern(2000);
    try (TestFifo fifo = TestFifo.of(4096)) {
      assertThat(fifo.producer.newestOutOfOrder()).isEqualTo(-1);
      expectNewest(fifo, data, 200, 300, 0, 200, 100);
      expectNewest(fifo, data, 600, 700, 1, 600, 100);
      expectNewest(fifo, data, 400, 450, 1, 400, 50);
      // Touches the left one; overlaps the right one; lies within; bridges two; covers all.
      expectNewest(fifo, data, 300, 320, 0, 200, 120);
      expectNewest(fifo, data, 590, 610, 2, 590, 110);
      expectNewest(fifo, data, 420, 430, 1, 400, 50);
      expectNewest(fifo, data, 310, 400, 0, 200, 250);
      expectNewest(fifo, data, 100, 800, 0, 100, 700);
      assertThat(fifo.producer.outOfOrderRanges()).isEqualTo(1);
      expectNewest(fifo, data, 1000, 1100, 1, 1000, 100);
      fifo.store(data, 0, 850, 860);
      assertThat(fifo.write(data, 0, 100)).isEqualTo(800);
      assertThat(fifo.producer.newestOutOfOrder()).as("indices move with the absorbed range").isZero();
      assertThat(fifo.producer.outOfOrderStart(0)).isEqualTo(50);
      assertThat(fifo.write(data, 800, 860)).isEqualTo(60);
      assertThat(fifo.producer.newestOutOfOrder()).as("the newest data is content now").isEqualTo(-1);
      assertThat(fifo.producer.outOfOrderRanges()).isEqualTo(1);
      assertThat(fifo.read(860)).isEqualTo(Arrays.copyOf(data, 860));
    }
  }

  private static void expectNewest(TestFifo fifo, byte[] data, int from, int to, int index, long start, long length) {
    assertThat(fifo.store(data, 0, from, to)).isEqualTo(to - from);
    assertThat(fifo.producer.newestOutOfOrder()).isEqualTo(index);
    assertThat(fifo.producer.outOfOrderStart(index)).isEqualTo(start);
    assertThat(fifo.producer.outOfOrderLength(index)).isEqualTo(length);
  }

  @ParameterizedTest
  @MethodSource("starts")
  void fifo6_head_and_tail_wrap(long start) {
    byte[] data = pattern(500);
    try (TestFifo fifo = TestFifo.at(4096, start)) {
      for (int round = 0; round < 100; round++) {
        assertThat(fifo.write(data)).isEqualTo(500);
        assertThat(fifo.producer.writableBytes()).isEqualTo(3596);
        assertThat(fifo.read(500)).isEqualTo(data);
      }
      byte[] full = pattern(4096);
      assertThat(fifo.write(full)).isEqualTo(4096);
      assertThat(fifo.write(data)).isZero();
      assertThat(fifo.read(4096)).isEqualTo(full);
    }
  }

  @ParameterizedTest
  @MethodSource("starts")
  void fifo7_ranges_wrap(long start) {
    byte[] data = pattern(400);
    try (TestFifo fifo = TestFifo.at(4096, start)) {
      for (int from = 380; from >= 20; from -= 40) {
        assertThat(fifo.store(data, 0, from, from + 20)).isEqualTo(20);
      }
      assertThat(fifo.producer.outOfOrderRanges()).isEqualTo(10);
      for (int i = 0; i < 10; i++) {
        assertThat(fifo.producer.outOfOrderStart(i)).isEqualTo(20 + 40L * i);
      }
      for (int from = 40; from < 400; from += 40) {
        assertThat(fifo.store(data, 0, from, from + 20)).isEqualTo(20);
      }
      assertThat(fifo.producer.outOfOrderRanges()).isEqualTo(1);
      assertThat(fifo.write(data, 0, 20)).isEqualTo(400);
      assertThat(fifo.read(400)).isEqualTo(data);
    }
  }

  @Test
  void a_range_that_ends_beyond_the_room_is_refused_whole() {
    byte[] data = pattern(5000);
    try (TestFifo fifo = TestFifo.of(4096)) {
      fifo.write(data, 0, 1000);
      assertThat(fifo.store(data, 1000, 4000, 4097)).isZero();
      assertThat(fifo.store(data, 1000, 4000, 4096)).isEqualTo(96);
      assertThat(fifo.producer.enqueueAt(Long.MAX_VALUE, MemorySegment.ofArray(data), 0, 1)).isZero();
      assertThatThrownBy(() -> fifo.producer.enqueueAt(-1, MemorySegment.ofArray(data), 0, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void one_range_too_many_is_refused_and_counted() {
    byte[] data = pattern(4000);
    try (TestFifo fifo = TestFifo.of(4096)) {
      for (int i = 0; i < OutOfOrderRanges.LIMIT; i++) {
        assertThat(fifo.store(data, 0, 2 + 2 * i, 3 + 2 * i)).isEqualTo(1);
      }
      assertThat(fifo.store(data, 0, 2000, 2001)).isZero();
      assertThat(fifo.segment.counters().outOfOrderLimitHits()).isEqualTo(1);
      assertThat(fifo.store(data, 0, 3, 4)).as("one that merges needs no range").isEqualTo(1);
      assertThat(fifo.write(data, 0, 2)).isEqualTo(5);
    }
  }

  @Test
  void a_claim_never_covers_data_stored_out_of_order() {
    byte[] data = pattern(4000);
    try (TestFifo fifo = TestFifo.of(64 << 10)) {
      fifo.store(data, 0, 1000, 1500);
      WriteView view = fifo.claim(4000);
      assertThat(view.length()).isEqualTo(1000);
      MemorySegment.copy(MemorySegment.ofArray(data), 0, view.memory(), view.offset(), 1000);
      assertThat(view.commit(1000)).isEqualTo(1500);
      assertThat(fifo.read(1500)).isEqualTo(Arrays.copyOf(data, 1500));
    }
  }

  @Test
  void data_out_of_order_spans_chunks() {
    byte[] data = pattern(100_000);
    try (TestFifo fifo = TestFifo.of(128 << 10)) {
      fifo.write(data, 0, 10);
      assertThat(fifo.store(data, 10, 90_000, 100_000)).isEqualTo(10_000);
      assertThat(fifo.store(data, 10, 3_000, 70_000)).isEqualTo(67_000);
      assertThat(fifo.write(data, 10, 3_000)).isEqualTo(69_990);
      assertThat(fifo.write(data, 70_000, 90_000)).isEqualTo(30_000);
      assertThat(fifo.read(100_000)).isEqualTo(data);
    }
  }
}
