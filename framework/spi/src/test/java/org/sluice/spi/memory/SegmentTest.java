package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sluice.spi.memory.TestFifo.pattern;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments: cases basic, mempig, grow fifo, max chunk and prealloc of the feature map, section 10.3. */
class SegmentTest {

  @Test
  void basic_a_fifo_of_a_segment_carries_data_and_leaves_no_trace() {
    try (Segment segment = Segment.allocate(256 << 10)) {
      assertThat(segment.sizeBytes()).isEqualTo(256 << 10);
      assertThat(segment.usedBytes()).isEqualTo(4096);
      assertThat(segment.freeBytes()).isEqualTo(252 << 10);
      try (TestFifo fifo = TestFifo.in(segment, 4096, 0)) {
        assertThat(segment.fifoCount()).isEqualTo(1);
        assertThat(segment.usedBytes()).as("a page of headers").isEqualTo(8192);
        assertThat(fifo.write(pattern(1000))).isEqualTo(1000);
        assertThat(segment.usedBytes()).as("and a chunk").isEqualTo(3 * 4096);
        assertThat(fifo.read(1000)).isEqualTo(pattern(1000));
        assertThat(Fifo.chunkBytes(segment, fifo.offset)).isEqualTo(4096);
        assertThat(Fifo.readableBytes(segment, fifo.offset)).isZero();
      }
      assertThat(segment.fifoCount()).isZero();
      assertThat(segment.usedBytes()).isEqualTo(4096);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 4096, 5000, 64 << 10, 200_000})
  void mempig_a_filled_and_emptied_segment_takes_the_same_count_again(long firstAllocBytes) {
    try (Segment segment = Segment.allocate(4 << 20)) {
      long empty = segment.usedBytes();
      int count = -1;
      for (int round = 0; round < 5; round++) {
        List<Long> fifos = fill(segment, firstAllocBytes);
        assertThat(fifos).doesNotHaveDuplicates();
        assertThat(segment.fifoCount()).isEqualTo(fifos.size());
        count = count < 0 ? fifos.size() : count;
        assertThat(fifos).as("round %d", round).hasSize(count);
        // Last first in odd rounds.
        (round % 2 == 0 ? fifos : fifos.reversed()).forEach(offset -> abandon(segment, offset));
        assertThat(segment.usedBytes()).isEqualTo(empty).isEqualTo(segment.pages.allocatedBytes());
      }
      assertThat(segment.counters().corruptions()).isZero();
    }
  }

  private static List<Long> fill(Segment segment, long firstAllocBytes) {
    List<Long> fifos = new ArrayList<>();
    for (long offset = segment.allocateFifo(1 << 20, firstAllocBytes); offset >= 0;
        offset = segment.allocateFifo(1 << 20, firstAllocBytes)) {
      fifos.add(offset);
    }
    return fifos;
  }

  private static void abandon(Segment segment, long offset) {
    Fifo.abandon(segment, offset, Fifo.PRODUCER);
    Fifo.abandon(segment, offset, Fifo.CONSUMER);
  }

  @Test
  void grow_fifo_used_bytes_follow_each_chunk() {
    try (Segment segment = Segment.allocate(1 << 20); TestFifo fifo = TestFifo.in(segment, 512 << 10, 0)) {
      long before = segment.usedBytes();
      for (int i = 0; i < 100; i++) {
        fifo.write(pattern(3001));
        assertThat(segment.usedBytes()).isEqualTo(before + fifo.chunkBytes()).isEqualTo(segment.pages.allocatedBytes());
      }
      fifo.consumer.dropAll();
      assertThat(fifo.producer.sweep()).isPositive();
      assertThat(segment.usedBytes()).isEqualTo(before);
    }
  }

  @Test
  void grow_fifo_a_size_that_is_no_power_of_two_is_kept() {
    try (Segment segment = Segment.allocate(1 << 20); TestFifo fifo = TestFifo.in(segment, 77_777, 77_777)) {
      assertThat(fifo.chunkBytes()).as("rounded up to pages only").isEqualTo(77_824);
      assertThat(fifo.write(pattern(100_000))).isEqualTo(77_777);
      assertThat(fifo.write(pattern(1))).isZero();
      assertThat(fifo.chunkBytes()).isEqualTo(77_824);
    }
  }

  @Test
  void grow_fifo_a_write_the_segment_cannot_hold_is_partial_and_harmless() {
    byte[] data = pattern(300 << 10);
    try (Segment segment = Segment.allocate(256 << 10); TestFifo fifo = TestFifo.in(segment, 1 << 20, 0)) {
      int written = fifo.write(data);
      assertThat(written).as("all pages but the segment's own and the header's").isEqualTo(248 << 10);
      assertThat(segment.freeBytes()).isZero();
      assertThat(fifo.write(data)).isEqualTo(Fifo.NO_SPACE);
      assertThat(fifo.producer.claim(1)).isNull();
      assertThat(fifo.store(data, 0, 1, 2)).isEqualTo(Fifo.NO_SPACE);
      assertThat(segment.counters().noSpace()).isPositive();
      assertThat(fifo.producer.writableBytes()).isEqualTo((1 << 20) - written);

      assertThat(fifo.read(1000)).isEqualTo(pattern(1000));
      byte[] rest = fifo.read(written - 1000);
      for (int i = 0; i < rest.length; i++) {
        assertThat(rest[i]).isEqualTo(data[1000 + i]);
      }
      assertThat(fifo.write(data)).as("what was read makes room again").isPositive();
    }
  }

  @Test
  void grow_fifo_an_all_or_nothing_write_that_fails_publishes_nothing() {
    byte[] data = pattern(300 << 10);
    MemorySegment[] sources = {MemorySegment.ofArray(data)};
    try (Segment segment = Segment.allocate(256 << 10); TestFifo fifo = TestFifo.in(segment, 1 << 20, 0)) {
      fifo.write(data, 0, 1000);
      assertThat(fifo.producer.enqueueAll(sources, new long[] {0}, new int[] {data.length}, 1))
          .isEqualTo(Fifo.NO_SPACE);
      assertThat(fifo.consumer.readableBytes()).isEqualTo(1000);
      assertThat(fifo.producer.enqueueAll(sources, new long[] {1000}, new int[] {200_000}, 1)).isEqualTo(200_000);
      assertThat(fifo.read(201_000)).isEqualTo(pattern(201_000));
    }
  }

  @Test
  void max_chunk_a_fifo_larger_than_the_largest_chunk_takes_several() {
    byte[] data = pattern(10 << 20);
    try (Segment segment = Segment.allocate(32 << 20); TestFifo fifo = TestFifo.in(segment, 16 << 20, 0)) {
      assertThat(fifo.write(data)).isEqualTo(10 << 20);
      assertThat(fifo.chunks()).containsExactly(4 << 20, 4 << 20, 2 << 20);
      assertThat(fifo.claim(Integer.MAX_VALUE).length()).isEqualTo(FifoProducer.MAX_CLAIM);
      fifo.producer.abort();
      assertThat(fifo.read(10 << 20)).isEqualTo(data);
    }
  }

  @Test
  void prealloc_gives_exactly_what_was_asked_for() {
    try (Segment segment = Segment.allocate(1 << 20)) {
      for (int pages : new int[] {1, 2, 3, 7, 16, 100}) {
        try (TestFifo fifo = TestFifo.in(segment, 512 << 10, pages * 4096L)) {
          assertThat(fifo.chunkBytes()).isEqualTo(pages * 4096L);
          long used = segment.usedBytes();
          assertThat(fifo.write(new byte[pages * 4096])).isEqualTo(pages * 4096);
          assertThat(segment.usedBytes()).as("the first writes take nothing more").isEqualTo(used);
        }
      }
    }
  }

  @Test
  void prealloc_headers_are_there_when_everything_else_is_gone() {
    try (Segment segment = Segment.allocate(256 << 10)) {
      assertThat(segment.reserveFifoHeaders(64)).isZero();
      assertThat(segment.usedBytes()).as("21 headers to a page").isEqualTo(4096 + 4 * 4096);
      while (segment.pages.allocate(0) != PageAllocator.NONE) {
        assertThat(segment.freeBytes()).isNotNegative();
      }
      List<Long> fifos = fill(segment, 0);
      assertThat(fifos).hasSize(84);
      fifos.forEach(offset -> abandon(segment, offset));
      assertThat(fill(segment, 0)).as("they stay set aside").hasSize(84);
    }
  }

  @Test
  void prealloc_negative_too_much_takes_nothing_at_all() {
    try (Segment segment = Segment.allocate(256 << 10)) {
      long used = segment.usedBytes();
      assertThat(segment.allocateFifo(1 << 20, 1 << 20)).isEqualTo(Fifo.NO_SPACE);
      assertThat(segment.allocateEventQueue(EventQueue.MAX_EVENTS, EventQueue.MAX_CONTROL_EVENTS))
          .isEqualTo(Fifo.NO_SPACE);
      assertThat(segment.reserveFifoHeaders(1 << 20)).isEqualTo(Fifo.NO_SPACE);
      assertThat(segment.usedBytes()).isEqualTo(used).isEqualTo(segment.pages.allocatedBytes());
      assertThat(segment.fifoCount()).isZero();
      assertThat(segment.eventQueueCount()).isZero();
    }
  }

  @Test
  void prealloc_negative_arguments_out_of_range_are_refused() {
    try (Segment segment = Segment.allocate(256 << 10)) {
      for (long[] arguments : new long[][] {{4095, 0}, {Fifo.MAX_CAPACITY + 1, 0}, {4096, -1}, {4096, 4097}}) {
        assertThatThrownBy(() -> segment.allocateFifo(arguments[0], arguments[1]))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> segment.reserveFifoHeaders(-1)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> segment.allocateEventQueue(0, 1)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> segment.allocateEventQueue(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Segment.allocate(4096)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Segment.allocate(Long.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void pages_that_are_not_allocated_cannot_be_freed() {
    try (Segment segment = Segment.allocate(8 << 20)) {
      int small = segment.pages.allocate(3);
      int large = segment.pages.allocate(9);
      assertThat(segment.pages.free(small, 3)).isTrue();
      assertThat(segment.pages.free(small, 3)).as("twice").isFalse();
      assertThat(segment.pages.free(large, 9)).isTrue();
      assertThat(segment.pages.free(large, 9)).isFalse();
      assertThat(segment.counters().corruptions()).isEqualTo(2);
      assertThat(segment.usedBytes()).isEqualTo(segment.pages.allocatedBytes());
    }
  }

  @Test
  void freed_neighbours_serve_a_larger_request() {
    try (Segment segment = Segment.allocate(16 << 20)) {
      List<Integer> pages = new ArrayList<>();
      for (int page = segment.pages.allocate(0); page != PageAllocator.NONE; page = segment.pages.allocate(0)) {
        pages.add(page);
      }
      assertThat(pages).doesNotHaveDuplicates().hasSize((int) (segment.sizeBytes() / 4096) - segment.layout.firstPage);
      assertThat(segment.pages.allocate(10)).isEqualTo(PageAllocator.NONE);
      pages.forEach(page -> segment.pages.free(page, 0));
      assertThat(segment.pages.allocate(10)).isPositive();
      assertThat(segment.pages.allocate(10)).isPositive();
    }
  }

  @Test
  void memory_stays_until_the_last_side_has_left() {
    Segment segment = Segment.allocate(64 << 10);
    long offset = segment.allocateFifo(4096, 0);
    FifoProducer producer = FifoProducer.attach(segment, offset, TestContext.anywhere());
    FifoConsumer consumer = FifoConsumer.attach(segment, offset, TestContext.anywhere());
    producer.enqueue(pattern(10), 0, 10);
    segment.close();
    assertThat(segment.isReleased()).isFalse();
    assertThat(segment.attachedCount()).isEqualTo(2);
    assertThatThrownBy(() -> segment.allocateFifo(4096, 0)).isInstanceOf(IllegalStateException.class);
    assertThat(consumer.dequeue(new byte[10], 0, 10)).isEqualTo(10);
    producer.leave();
    assertThat(segment.isReleased()).isFalse();
    consumer.leave();
    assertThat(segment.isReleased()).isTrue();
    segment.close();
    assertThat(consumer.readableBytes()).isEqualTo(Fifo.NOT_ATTACHED);
    assertThatThrownBy(() -> Fifo.capacity(segment, offset)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void an_opened_file_is_the_same_segment(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("segment");
    try (Segment made = Segment.create(file, 256 << 10); Segment opened = Segment.open(file)) {
      long offset = made.allocateFifo(4096, 0);
      assertThat(opened.fifoCount()).isEqualTo(1);
      FifoProducer producer = FifoProducer.attach(made, offset, TestContext.anywhere());
      FifoConsumer consumer = FifoConsumer.attach(opened, offset, TestContext.anywhere());
      producer.enqueue(pattern(3000), 0, 3000);
      byte[] out = new byte[3000];
      assertThat(consumer.dequeue(out, 0, 3000)).isEqualTo(3000);
      assertThat(out).isEqualTo(pattern(3000));
      producer.leave();
      consumer.leave();
      assertThat(made.usedBytes()).isEqualTo(opened.usedBytes()).isEqualTo(4096);
    }
    assertThatThrownBy(() -> Segment.create(file, 256 << 10)).isInstanceOf(IOException.class);
  }

  @Test
  void a_file_that_is_no_segment_is_refused(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("segment");
    Files.write(file, new byte[100]);
    assertThatThrownBy(() -> Segment.open(file)).isInstanceOf(SegmentFormatException.class);
    Files.write(file, new byte[64 << 10]);
    assertThatThrownBy(() -> Segment.open(file)).isInstanceOf(SegmentFormatException.class)
        .hasMessageContaining("not a segment");
    Files.delete(file);
    Segment.create(file, 256 << 10).close();
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.setLength(128 << 10);
    }
    assertThatThrownBy(() -> Segment.open(file)).isInstanceOf(SegmentFormatException.class)
        .hasMessageContaining("262144");
    Files.delete(file);
    Segment.create(file, 256 << 10).close();
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.seek(SegmentLayout.VERSION_OFFSET);
      raw.write(99);
    }
    assertThatThrownBy(() -> Segment.open(file)).isInstanceOf(SegmentFormatException.class)
        .hasMessageContaining("version 99");
  }
}
