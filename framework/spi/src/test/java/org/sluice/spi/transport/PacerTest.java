package org.sluice.spi.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacerTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long START_NS = -7;

  private final Pacer pacer = new Pacer();

  @ParameterizedTest
  @CsvSource({
    // bytes per second, rtt us, segment, turn ns
    "1000, 100000, 536, 1000000",
    "100000, 50000, 1460, 500000",
    "1250000, 10000, 1460, 50000",
    "125000000, 1000, 1460, 5000",
    "1250000000, 100, 1460, 1000",
    "12500000000, 40, 8960, 500",
    "40000000000, 40, 65483, 500",
    // Turns that come seldom: slower than the bucket takes to be drained.
    "3, 100000, 1460, 2000000000",
    "1000, 1000000, 536, 30000000"
  })
  void the_rate_is_kept_within_five_percent(long bytesPerSecond, long rttUs, int segmentBytes, long turnNs) {
    long segments = 2_000;
    long durationNs = (long) (1e9 * segments * segmentBytes / bytesPerSecond);
    pacer.rate(bytesPerSecond, rttUs * 1_000, segmentBytes, START_NS);
    long sent = 0;
    for (long t = 0; t < durationNs; t += turnNs) {
      while (pacer.allowance(START_NS + t) > 0) {
        pacer.consume(segmentBytes);
        sent += segmentBytes;
      }
    }
    double expected = 1e-9 * durationNs * bytesPerSecond;
    assertThat((double) sent).isCloseTo(expected, Percentage.withPercentage(5));
  }

  @Test
  void the_rate_is_kept_by_turns_that_come_at_random_within_the_burst_interval() {
    long seed = 3;
    SplittableRandom random = new SplittableRandom(seed);
    pacer.rate(10_000_000, 20_000_000, 1_460, START_NS);
    long now = START_NS;
    long sent = 0;
    while (now < 10 * SECOND_NS) {
      now += random.nextLong(1, 1_000_000);
      while (pacer.allowance(now) > 0) {
        pacer.consume(1_460);
        sent += 1_460;
      }
    }
    assertThat((double) sent).as("seed %d", seed).isCloseTo(100_000_000, Percentage.withPercentage(5));
  }

  @ParameterizedTest
  @CsvSource({
    // A burst of one segment, woken up to one segment's time late.
    "1000, 100000, 536, 536000",
    "1500000, 20000, 1460, 970",
    "1500000, 100, 1460, 970",
    "60000, 40000, 8960, 149000",
    // Bursts of several segments, woken later than such a burst takes.
    "125000000, 1000, 1460, 100",
    "12500000, 20000, 1460, 990"
  })
  void a_worker_that_wakes_late_catches_up(long bytesPerSecond, long rttUs, int segmentBytes, long lateUs) {
    long seed = 11;
    SplittableRandom random = new SplittableRandom(seed);
    pacer.rate(bytesPerSecond, rttUs * 1_000, segmentBytes, START_NS);
    long durationNs = (long) (1e9 * 2_000 * segmentBytes / bytesPerSecond);
    long sent = 0;
    for (long t = 0; t < durationNs; t += pacer.delayNs(segmentBytes, START_NS + t) + random.nextLong(lateUs * 1_000)) {
      while (pacer.allowance(START_NS + t) >= segmentBytes) {
        pacer.consume(segmentBytes);
        sent += segmentBytes;
      }
    }
    double expected = 1e-9 * durationNs * bytesPerSecond;
    assertThat((double) sent).as("seed %d", seed).isCloseTo(expected, Percentage.withPercentage(5));
  }

  @Test
  void what_is_caught_up_comes_burst_by_burst_and_has_an_end() {
    pacer.rate(200_000_000, 2_000_000, 1_000, START_NS);
    long late = START_NS + 3_600 * SECOND_NS;
    long caughtUp = 0;
    for (int burst = pacer.allowance(late); burst > 0; burst = pacer.allowance(late)) {
      assertThat(burst).isLessThanOrEqualTo(pacer.maxBurstBytes());
      pacer.consume(burst);
      caughtUp += burst;
    }
    assertThat(caughtUp).as("a burst of 100 us and 43 segments").isEqualTo(20_000 + 43_000);
  }

  @Test
  void a_segment_larger_than_a_burst_leaves_in_the_end() {
    pacer.rate(10_000, 1_000_000, 65_483, START_NS);
    assertThat(pacer.maxBurstBytes()).isEqualTo(65_483);
    long neededNs = 65_483 * SECOND_NS / 10_000;
    assertThat(pacer.allowance(START_NS + neededNs / 2)).isBetween(1, 65_482);
    assertThat(pacer.allowance(START_NS + neededNs + 1)).isEqualTo(65_483);
  }

  @Test
  void a_restart_gives_one_burst_however_long_the_idle_time_was() {
    pacer.rate(1_000_000, 10_000_000, 1_000, START_NS);
    assertThat(pacer.allowance(START_NS + 3_600 * SECOND_NS)).isEqualTo(pacer.maxBurstBytes());
    long later = START_NS + 7_200 * SECOND_NS;
    pacer.restart(later);
    assertThat(pacer.allowance(later)).isEqualTo(pacer.maxBurstBytes());
    pacer.consume(pacer.maxBurstBytes());
    assertThat(pacer.allowance(later)).isZero();
  }

  @Test
  void nothing_is_allowed_before_there_is_a_rate() {
    assertThat(pacer.allowance(START_NS)).isZero();
    assertThat(pacer.allowance(START_NS + SECOND_NS)).isZero();
    pacer.rate(1_000, 1_000, 100, START_NS + SECOND_NS);
    assertThat(pacer.allowance(START_NS + SECOND_NS)).isZero();
  }

  @Test
  void an_overdraft_is_paid_back_at_the_rate() {
    pacer.rate(1_000, 100_000_000, 500, START_NS);
    pacer.restart(START_NS);
    pacer.consume(2_500);
    assertThat(pacer.allowance(START_NS)).isEqualTo(-2_000);
    assertThat(pacer.allowance(START_NS + SECOND_NS)).isEqualTo(-1_000);
    assertThat(pacer.allowance(START_NS + 2 * SECOND_NS)).isZero();
    assertThat(pacer.allowance(START_NS + 10 * SECOND_NS)).isEqualTo(500);
  }

  @Test
  void a_clock_that_stands_still_or_steps_back_gives_nothing() {
    pacer.rate(1_000_000, 1_000_000, 1_000, START_NS);
    pacer.restart(START_NS);
    pacer.consume(pacer.maxBurstBytes());
    assertThat(pacer.allowance(START_NS)).isZero();
    assertThat(pacer.allowance(START_NS - 5_000)).isZero();
  }

  @Test
  void a_burst_is_a_twentieth_of_the_round_trip_within_its_limits() {
    pacer.rate(1_000_000_000, 2_000_000, 1_000, START_NS);
    assertThat(pacer.maxBurstBytes()).as("43 segments").isEqualTo(43_000);
    pacer.rate(200_000_000, 2_000_000, 1_000, START_NS);
    assertThat(pacer.maxBurstBytes()).as("100 us").isCloseTo(20_000, within(1));
    pacer.rate(20_000_000, SECOND_NS, 1_000, START_NS);
    assertThat(pacer.maxBurstBytes()).as("1 ms").isCloseTo(20_000, within(1));
    pacer.rate(5_000_000_000L, 0, 1_000, START_NS);
    assertThat(pacer.maxBurstBytes()).as("1 us").isCloseTo(5_000, within(1));
  }

  @Test
  void a_lower_rate_keeps_no_larger_burst() {
    pacer.rate(1_000_000_000, 2_000_000, 1_000, START_NS);
    pacer.restart(START_NS);
    pacer.rate(1_000, 2_000_000, 1_000, START_NS);
    assertThat(pacer.allowance(START_NS)).isEqualTo(1_000);
  }
}
