package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/** Both sides of one FIFO in a segment; closing it checks that all memory has come back. */
final class TestFifo implements AutoCloseable {

  /** Where positions pass through 2^32, through 2^63, and through 0. */
  static final long[] STARTS = {0, (1L << 32) - 100, Long.MAX_VALUE - 100, -100};

  final Segment segment;
  final long offset;
  final FifoProducer producer;
  final FifoConsumer consumer;
  private final boolean ownsSegment;
  private final long usedBefore;

  private TestFifo(Segment segment, boolean ownsSegment, long capacity, long first, long position) {
    this.segment = segment;
    this.ownsSegment = ownsSegment;
    usedBefore = segment.usedBytes();
    offset = segment.allocateFifo(capacity, first, position);
    assertThat(offset).isPositive();
    producer = FifoProducer.attach(segment, offset, TestContext.anywhere());
    consumer = FifoConsumer.attach(segment, offset, TestContext.anywhere());
  }

  static TestFifo of(long capacity) {
    return at(capacity, 0);
  }

  static TestFifo at(long capacity, long position) {
    return new TestFifo(Segment.allocate(4 << 20), true, capacity, 0, position);
  }

  static TestFifo in(Segment segment, long capacity, long firstAllocBytes) {
    return new TestFifo(segment, false, capacity, firstAllocBytes, 0);
  }

  int write(byte[] data) {
    return producer.enqueue(data, 0, data.length);
  }

  int write(byte[] data, int from, int to) {
    return producer.enqueue(data, from, to - from);
  }

  /** Stores data[from, to) where it belongs, given that data[0, written) has been written. */
  int store(byte[] data, int written, int from, int to) {
    return producer.enqueueAt(from - written, MemorySegment.ofArray(data), from, to - from);
  }

  byte[] read(int length) {
    byte[] out = new byte[length];
    assertThat(consumer.dequeue(out, 0, length)).isEqualTo(length);
    return out;
  }

  byte[] peek(long distance, int length) {
    byte[] out = new byte[length];
    assertThat(consumer.peek(distance, out, 0, length)).isEqualTo(length);
    return out;
  }

  WriteView claim(int maxBytes) {
    return Objects.requireNonNull(producer.claim(maxBytes), "no claim");
  }

  ReadView view(int maxBytes) {
    return Objects.requireNonNull(consumer.view(maxBytes), "no view");
  }

  long chunkBytes() {
    return Fifo.chunkBytes(segment, offset);
  }

  /** The sizes of the chunks in the list, oldest first. */
  int[] chunks() {
    int owner = Fifo.owner(offset);
    int[] sizes = new int[(int) (segment.sizeBytes() / 4096)];
    int count = 0;
    int page = SharedMemory.getInt(segment, offset + Fifo.FIRST_CHUNK);
    while (page != Chunks.NONE) {
      sizes[count++] = Chunks.size(segment, page, owner);
      page = Chunks.next(segment, page);
    }
    return Arrays.copyOf(sizes, count);
  }

  /** Byte i is a function of i, and no short stretch repeats. */
  static byte[] pattern(int length) {
    byte[] data = new byte[length];
    for (int i = 0; i < length; i++) {
      data[i] = (byte) (i * 31 + (i >>> 8) * 17 + (i >>> 16));
    }
    return data;
  }

  @Override
  public void close() {
    producer.leave();
    consumer.leave();
    assertThat(segment.usedBytes()).as("used bytes after both sides have left").isEqualTo(usedBefore);
    assertThat(segment.pages.allocatedBytes()).isEqualTo(segment.usedBytes());
    if (ownsSegment) {
      segment.close();
      assertThat(segment.isReleased()).isTrue();
    }
  }
}
