package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sluice.spi.memory.TestFifo.pattern;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Few bytes go by words from both ends to the middle: every length, at every offset to a word, and nothing beside. */
class SmallCopyTest {
  private static final int MOST_BYTES = 80;
  private static final byte UNTOUCHED = 0x55;

  @Test
  void every_length_arrives_whole_and_touches_nothing_beside_it() {
    try (Arena arena = Arena.ofConfined(); TestFifo fifo = TestFifo.of(64 << 10)) {
      MemorySegment[] sources = {arena.allocate(MOST_BYTES + 16), MemorySegment.ofArray(new byte[MOST_BYTES + 16])};
      MemorySegment[] targets = {arena.allocate(MOST_BYTES + 16), MemorySegment.ofArray(new byte[MOST_BYTES + 16])};
      for (int length = 1; length <= MOST_BYTES; length++) {
        byte[] sent = pattern(length);
        for (int offset = 0; offset < Long.BYTES; offset++) {
          for (int kind = 0; kind < sources.length; kind++) {
            MemorySegment.copy(MemorySegment.ofArray(sent), 0, sources[kind], offset, length);
            targets[kind].fill(UNTOUCHED);
            assertThat(fifo.producer.enqueue(sources[kind], offset, length)).isEqualTo(length);
            assertThat(fifo.consumer.dequeue(targets[kind], offset, length)).isEqualTo(length);
            assertThat(bytes(targets[kind])).isEqualTo(around(sent, offset));
          }
        }
      }
    }
  }

  @Test
  void memory_that_is_too_short_is_refused_and_nothing_is_lost() {
    try (Arena arena = Arena.ofConfined(); TestFifo fifo = TestFifo.of(64 << 10)) {
      MemorySegment shorter = arena.allocate(31);
      MemorySegment enough = arena.allocate(32);
      assertThatThrownBy(() -> fifo.producer.enqueue(shorter, 0, 32)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(fifo.consumer.readableBytes()).isZero();
      MemorySegment.copy(MemorySegment.ofArray(pattern(32)), 0, enough, 0, 32);
      fifo.producer.enqueue(enough, 0, 32);
      assertThatThrownBy(() -> fifo.consumer.dequeue(shorter, 0, 32)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(fifo.consumer.dequeue(enough, 0, 32)).isEqualTo(32);
      assertThat(bytes(enough)).isEqualTo(pattern(32));
    }
  }

  private static byte[] around(byte[] sent, int offset) {
    byte[] all = new byte[MOST_BYTES + 16];
    Arrays.fill(all, UNTOUCHED);
    System.arraycopy(sent, 0, all, offset, sent.length);
    return all;
  }

  private static byte[] bytes(MemorySegment memory) {
    return memory.toArray(ValueLayout.JAVA_BYTE);
  }
}
