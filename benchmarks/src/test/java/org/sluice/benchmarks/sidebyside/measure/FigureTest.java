package org.sluice.benchmarks.sidebyside.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class FigureTest {
  private static final Reading READING = new Reading(1000, 64_000, 2_000_000, 500, null);

  @Test
  void figures_of_a_reading() {
    assertThat(Figure.THROUGHPUT.of(READING)).isEqualTo(32);
    assertThat(Figure.RATE.of(READING)).isEqualTo(500_000);
    assertThat(Figure.MEAN.of(READING)).isEqualTo(2000);
    assertThat(Figure.ALLOCATION.of(READING)).isEqualTo(0.5);
  }

  @Test
  void percentiles_come_from_the_operations_that_were_timed() {
    Histogram latency = new Histogram(1_000_000, 3);
    for (int i = 1; i <= 100; i++) {
      latency.recordValue(i);
    }
    Reading reading = new Reading(1600, 0, 1, Reading.UNKNOWN, latency);

    assertThat(Figure.P50.of(reading)).isEqualTo(50);
    assertThat(Figure.P99.of(reading)).isEqualTo(99);
  }

  @Test
  void what_was_not_measured_is_no_number() {
    Reading reading = new Reading(1, 1, 1);

    assertThat(Figure.P50.of(reading)).isNaN();
    assertThat(Figure.P99.of(new Reading(1, 1, 1, 0, new Histogram(1000, 3)))).isNaN();
    assertThat(Figure.ALLOCATION.of(reading)).isNaN();
  }
}
