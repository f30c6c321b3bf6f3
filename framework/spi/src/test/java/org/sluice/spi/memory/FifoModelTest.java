package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Random operations of both sides against a byte array; one seed is one FIFO's life. */
class FifoModelTest {

  private static final int SEEDS = 3000;
  private static final int OPERATIONS = 150;
  private static final long[] STARTS = {0, (1L << 32) - 5_000, Long.MAX_VALUE - 5_000, -5_000, 123_456_789_012L};

  @Test
  void every_seed_behaves_like_a_byte_array() {
    try (Segment segment = Segment.allocate(1 << 20)) {
      long usedBefore = segment.usedBytes();
      Integer replay = Integer.getInteger("sluice.seed");
      for (int seed = replay == null ? 0 : replay; seed < (replay == null ? SEEDS : replay + 1); seed++) {
        try {
          new Life(segment, seed).run();
        } catch (Throwable e) {
          throw new AssertionError("seed " + seed + " (replay with -Dsluice.seed=" + seed + "): " + e.getMessage(), e);
        }
        assertThat(segment.usedBytes()).as("memory left behind by seed %d", seed).isEqualTo(usedBefore);
      }
      assertThat(segment.usedBytes()).isEqualTo(segment.pages.allocatedBytes());
      assertThat(segment.counters().corruptions()).isZero();
    }
  }

  private static final class Life {

    private final SplittableRandom random;
    private final FifoModel model;
    private final FifoProducer producer;
    private final FifoConsumer consumer;
    private final byte[] scratch = new byte[70_000];
    private final byte[] data = new byte[70_000];
    private final int largest;

    Life(Segment segment, int seed) {
      random = new SplittableRandom(seed);
      long capacity = 4096L + random.nextInt(60_000);
      largest = random.nextInt(100) < 30 ? 100 : random.nextInt(1, 20_000);
      long first = random.nextInt(3) == 0 ? random.nextLong(capacity + 1) : 0;
      long offset = segment.allocateFifo(capacity, first, STARTS[seed % STARTS.length]);
      model = new FifoModel(capacity);
      producer = FifoProducer.attach(segment, offset, TestContext.anywhere());
      consumer = FifoConsumer.attach(segment, offset, TestContext.anywhere());
    }

    void run() {
      for (int i = 0; i < OPERATIONS; i++) {
        step();
        check();
      }
      if (random.nextBoolean()) {
        producer.leave();
        byte[] rest = new byte[model.readable()];
        assertThat(consumer.dequeue(rest, 0, rest.length)).isEqualTo(rest.length);
        assertThat(rest).isEqualTo(model.content(0, rest.length));
        consumer.leave();
      } else {
        consumer.leave();
        producer.leave();
      }
    }

    private void step() {
      int length = random.nextInt(largest + 1);
      switch (random.nextInt(20)) {
        case 0, 1, 2 -> enqueue(length);
        case 3, 4, 5 -> enqueueAt(length);
        case 6 -> gatherIn(length);
        case 7, 8 -> claim(length);
        case 9, 10, 11 -> dequeue(length);
        case 12, 13 -> peek(length);
        case 14 -> drop(length);
        case 15, 16 -> view(length);
        case 17 -> gatherOut(length);
        case 18 -> sweep();
        default -> resize();
      }
    }

    private void fill(int length) {
      for (int i = 0; i < length; i++) {
        data[i] = (byte) random.nextInt();
      }
    }

    private void enqueue(int length) {
      fill(length);
      int fits = Math.min(length, model.writable());
      int written = random.nextBoolean()
          ? producer.enqueue(data, 0, length) : producer.enqueue(MemorySegment.ofArray(data), 0, length);
      assertThat(written).isEqualTo(fits == 0 ? 0 : model.append(data, fits));
    }

    private void enqueueAt(int length) {
      int offset = 1 + random.nextInt(largest + 100);
      fill(length);
      boolean fits = length > 0 && offset + length <= model.writable();
      assertThat(producer.enqueueAt(offset, MemorySegment.ofArray(data), 0, length)).isEqualTo(fits ? length : 0);
      if (fits) {
        model.storeAt(offset, data, length);
      }
    }

    private void gatherIn(int length) {
      fill(length);
      int cut = random.nextInt(length + 1);
      MemorySegment[] sources = {MemorySegment.ofArray(data), MemorySegment.ofArray(data)};
      long[] offsets = {0, cut};
      int[] lengths = {cut, length - cut};
      if (random.nextBoolean()) {
        int fits = length <= model.writable() ? length : 0;
        int grown = fits == 0 ? 0 : model.append(data, fits);
        assertThat(producer.enqueueAll(sources, offsets, lengths, 2)).isEqualTo(grown);
      } else if (producer.outOfOrderRanges() == 0) {
        int fits = Math.min(length, model.writable());
        assertThat(producer.enqueueSome(sources, offsets, lengths, 2)).isEqualTo(fits);
        model.append(data, fits);
      }
    }

    private void claim(int length) {
      int wanted = length + 1;
      WriteView view = producer.claim(wanted);
      if (view == null) {
        assertThat(model.writable()).isZero();
        return;
      }
      assertThat(view.length()).isBetween(1, Math.min(wanted, model.writable()));
      if (!model.hasRanges()) {
        assertThat(view.length()).isEqualTo(Math.min(wanted, model.writable()));
      }
      int written = random.nextInt(view.length() + 1);
      fill(view.length());
      MemorySegment.copy(data, 0, view.memory(), ValueLayout.JAVA_BYTE, view.offset(), view.length());
      if (random.nextInt(4) == 0) {
        view.abort();
      } else {
        assertThat(view.commit(written)).isEqualTo(written == 0 ? 0 : model.append(data, written));
      }
    }

    private void dequeue(int length) {
      int expected = Math.min(length, model.readable());
      int taken = random.nextBoolean()
          ? consumer.dequeue(scratch, 7, length) : consumer.dequeue(MemorySegment.ofArray(scratch), 7, length);
      assertThat(taken).isEqualTo(expected);
      assertContent(scratch, 7, model.content(0, expected));
      model.head += expected;
    }

    private void peek(int length) {
      int distance = random.nextInt(largest + 1);
      int expected = Math.max(0, Math.min(length, model.readable() - distance));
      int seen = random.nextBoolean() ? consumer.peek(distance, scratch, 0, length)
          : consumer.peek(distance, MemorySegment.ofArray(scratch), 0, length);
      assertThat(seen).isEqualTo(expected);
      assertContent(scratch, 0, model.content(distance, expected));
    }

    private void drop(int length) {
      int expected = Math.min(length, model.readable());
      if (random.nextInt(4) == 0) {
        expected = model.readable();
        assertThat(consumer.dropAll()).isEqualTo(expected);
      } else {
        assertThat(consumer.drop(length)).isEqualTo(expected);
      }
      model.head += expected;
    }

    private void view(int length) {
      ReadView view = consumer.view(length + 1);
      if (view == null) {
        assertThat(model.readable()).isZero();
        return;
      }
      assertThat(view.length()).isBetween(1, Math.min(length + 1, model.readable()));
      byte[] seen = view.memory().asSlice(view.offset(), view.length()).toArray(ValueLayout.JAVA_BYTE);
      assertThat(seen).isEqualTo(model.content(0, seen.length));
      int consumed = random.nextInt(view.length() + 1);
      view.release(consumed);
      model.head += consumed;
    }

    private void gatherOut(int length) {
      int distance = random.nextInt(largest + 1);
      int expected = Math.max(0, Math.min(length, model.readable() - distance));
      int[] at = {0};
      int seen = consumer.gather(distance, length, (memory, offset, piece) -> {
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, scratch, at[0], piece);
        at[0] += piece;
      });
      assertThat(seen).isEqualTo(expected).isEqualTo(at[0]);
      assertContent(scratch, 0, model.content(distance, expected));
    }

    private void sweep() {
      boolean drained = model.readable() == 0 && producer.outOfOrderRanges() == 0;
      long held = Fifo.chunkBytes(producer.segment, producer.headerOffset());
      long position = producer.position();
      assertThat(producer.isDrained()).isEqualTo(drained);
      assertThat(producer.sweep()).isEqualTo(drained ? held : 0);
      assertThat(producer.position()).as("nothing was written").isEqualTo(position);
    }

    private void resize() {
      long capacity = 4096L + random.nextInt(60_000);
      // What is stored out of order keeps its room in the model's window.
      model.capacity = capacity;
      producer.capacityBytes(capacity);
    }

    private void check() {
      // Not always by the consumer, for which this is an occasion to look where the producer is.
      assertThat(random.nextInt(4) == 0 ? consumer.readableBytes()
          : Fifo.readableBytes(consumer.segment, consumer.headerOffset())).isEqualTo(model.readable());
      assertThat(producer.writableBytes()).isEqualTo(model.writable());
      if (random.nextInt(8) != 0) {
        return;
      }
      long[] ranges = model.ranges();
      assertThat(producer.outOfOrderRanges()).isEqualTo(ranges.length / 2);
      IntStream.range(0, ranges.length / 2).forEach(i -> {
        assertThat(producer.outOfOrderStart(i)).isEqualTo(ranges[2 * i]);
        assertThat(producer.outOfOrderLength(i)).isEqualTo(ranges[2 * i + 1]);
      });
    }

    private static void assertContent(byte[] actual, int offset, byte[] expected) {
      if (!Arrays.equals(actual, offset, offset + expected.length, expected, 0, expected.length)) {
        assertThat(Arrays.copyOfRange(actual, offset, offset + expected.length)).isEqualTo(expected);
      }
    }
  }
}
