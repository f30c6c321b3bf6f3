package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a producer can tell if there is memory for a write; FIFOs here may become larger than their segment. */
class FifoMemoryTest {
  private static final int STEPS = 3000;
  private static final int CAPACITY = 256 << 10;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void what_it_says_of_memory_is_what_the_write_finds(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (Segment segment = Segment.allocate(256 << 10);
        TestFifo one = TestFifo.in(segment, CAPACITY, 0);
        TestFifo other = TestFifo.in(segment, CAPACITY, 0)) {
      int refused = 0;
      for (int step = 0; step < STEPS; step++) {
        TestFifo fifo = random.nextBoolean() ? one : other;
        int bytes = 1 + random.nextInt(1 << random.nextInt(1, 17));
        if (random.nextInt(100) < 55) {
          refused += write(fifo, bytes, "seed " + seed + " step " + step) ? 0 : 1;
        } else if (random.nextInt(20) == 0) {
          fifo.producer.sweep();
        } else {
          fifo.read(Math.min(bytes, fifo.consumer.readableBytes()));
        }
      }
      for (TestFifo fifo : new TestFifo[] {one, other}) {
        fifo.read(fifo.consumer.readableBytes());
        fifo.producer.sweep();
      }
      assertThat(refused).as("writes that met no memory").isGreaterThan(STEPS / 50);
    }
  }

  /** Returns whether there was memory. */
  private static boolean write(TestFifo fifo, int wanted, String context) {
    int bytes = Math.min(wanted, fifo.producer.writableBytes());
    boolean enough = fifo.producer.hasMemoryFor(bytes);
    boolean some = fifo.producer.hasMemoryFor(1);
    int written = fifo.write(new byte[bytes]);
    if (bytes == 0 || enough) {
      assertThat(written).as(context).isEqualTo(bytes);
    } else if (some) {
      assertThat(written).as(context).isPositive().isLessThan(bytes);
    } else {
      assertThat(written).as(context).isEqualTo(Fifo.NO_SPACE);
    }
    return bytes == 0 || enough;
  }
}
