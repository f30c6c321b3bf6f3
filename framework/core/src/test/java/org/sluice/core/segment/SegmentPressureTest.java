package org.sluice.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.core.segment.SegmentFixture.KIB;
import static org.sluice.core.segment.SegmentFixture.MIB;

import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;
import org.sluice.core.segment.SegmentFixture.Pair;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoProducer;

/** Memory pressure of a 2 MiB segment with marks at 50 and 80 percent. */
final class SegmentPressureTest {
  private static final int FIFO_BYTES = 4 * KIB;

  private final SegmentFixture fixture = new SegmentFixture();
  private final SegmentManager manager =
      fixture.manager(SegmentFixture.eager(2 * MIB, 2 * MIB, 1, FIFO_BYTES));
  private final FifoPair out = new FifoPair();
  private final ArrayDeque<Pair> pairs = new ArrayDeque<>();

  @Test
  void pressure_levels_1() {
    assertThat(at(12)).isEqualTo(PressureLevel.NO);
    assertThat(at(44)).isEqualTo(PressureLevel.NO);
    assertThat(at(61)).isEqualTo(PressureLevel.LOW);
    assertThat(at(85)).isEqualTo(PressureLevel.HIGH);
    assertThat(at(63)).isEqualTo(PressureLevel.LOW);
    assertThat(at(88)).isEqualTo(PressureLevel.HIGH);
    assertThat(at(63)).isEqualTo(PressureLevel.LOW);
    assertThat(at(12)).isEqualTo(PressureLevel.NO);
  }

  @Test
  void pressure_levels_2() {
    assertThat(at(98)).isEqualTo(PressureLevel.HIGH);
    Pair growing = pairs.getFirst();
    FifoProducer producer = growing.producer(growing.rxOffset);
    producer.capacityBytes(MIB);
    byte[] block = new byte[FIFO_BYTES];
    int written = producer.enqueue(block, 0, FIFO_BYTES);
    while (written == FIFO_BYTES) {
      assertThat(pressure()).isEqualTo(PressureLevel.HIGH);
      written = producer.enqueue(block, 0, FIFO_BYTES);
    }
    assertThat(written).as("a grow without memory").isEqualTo(Fifo.NO_SPACE);
    assertThat(growing.segment.usagePercent()).isEqualTo(100);
    assertThat(pressure()).isEqualTo(PressureLevel.NO_MEMORY);

    assertThat(at(96)).as("sticks above the high mark").isEqualTo(PressureLevel.NO_MEMORY);
    assertThat(at(70)).isEqualTo(PressureLevel.LOW);
    assertThat(at(96)).as("forgotten below the high mark").isEqualTo(PressureLevel.HIGH);
    assertThat(at(4)).isEqualTo(PressureLevel.NO);
  }

  @Test
  void marks_of_zero_turn_pressure_off() {
    SegmentManager off = fixture.manager(new SegmentOptions(2 * MIB, 2 * MIB, 1, MIB, MIB, 0, 90, 0, 0, 0, 0, 0));
    assertThat(off.allocatePair(out)).isZero();
    assertThat(out.segment().usagePercent()).isGreaterThan(85);
    assertThat(off.pressure(out.segment())).isEqualTo(PressureLevel.NO);
  }

  @Test
  void a_mark_is_reached_at_its_very_percentage() {
    assertThat(at(50)).isEqualTo(PressureLevel.LOW);
    assertThat(at(49)).isEqualTo(PressureLevel.NO);
    assertThat(at(80)).isEqualTo(PressureLevel.HIGH);
    assertThat(at(79)).isEqualTo(PressureLevel.LOW);
  }

  /** Brings usage to a percentage by pairs added or released. */
  private PressureLevel at(int percent) {
    if (pairs.isEmpty()) {
      add();
    }
    ManagedSegment segment = pairs.peek().segment;
    while (segment.usagePercent() < percent) {
      add();
    }
    while (segment.usagePercent() > percent) {
      pairs.removeLast().release();
    }
    assertThat(segment.usagePercent()).isEqualTo(percent);
    return pressure();
  }

  private PressureLevel pressure() {
    return manager.pressure(pairs.getFirst().segment);
  }

  private void add() {
    assertThat(manager.allocatePair(out)).isZero();
    pairs.addLast(new Pair(out));
  }
}
