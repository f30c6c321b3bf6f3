package org.sluice.plugin.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RttEstimatorTest {
  private static final long MIN_US = 200_000;
  private static final long MAX_US = 60_000_000;

  private static final long INITIAL_US = 1_000_000;

  private final RttEstimator rtt = new RttEstimator(MIN_US, MAX_US, 1_000, INITIAL_US);

  @Test
  void P07_RFC6298_2_1_before_the_first_sample_the_timeout_is_the_initial_one_within_its_bounds() {
    assertThat(rtt.rtoUs()).isEqualTo(INITIAL_US);
    assertThat(new RttEstimator(MIN_US, MAX_US, 1_000, 1).rtoUs()).isEqualTo(MIN_US);
    assertThat(new RttEstimator(MIN_US, MAX_US, 1_000, MAX_US + 1).rtoUs()).isEqualTo(MAX_US);
    assertThat(rtt.hasSample()).isFalse();
    assertThat(rtt.minUs()).isZero();
  }

  @Test
  void P07_RFC6298_2_2_the_first_sample_sets_both_filters() {
    rtt.sample(300_000, 1, 0);
    assertThat(rtt.smoothedUs()).isEqualTo(300_000);
    assertThat(rtt.variationUs()).isEqualTo(150_000);
    assertThat(rtt.rtoUs()).isEqualTo(900_000);
  }

  @Test
  void P07_RFC6298_2_3_later_samples_move_them_by_an_eighth_and_a_quarter() {
    long seed = 2;
    SplittableRandom random = new SplittableRandom(seed);
    double smoothed = 0;
    double variation = 0;
    for (int i = 0; i < 1_000; i++) {
      long sample = random.nextLong(1, 3_000_000);
      rtt.sample(sample, 1, i);
      if (i == 0) {
        smoothed = sample;
        variation = sample / 2.0;
      } else {
        variation = 0.75 * variation + 0.25 * Math.abs(smoothed - sample);
        smoothed = 0.875 * smoothed + 0.125 * sample;
      }
      assertThat((double) rtt.smoothedUs()).as("seed %d", seed).isCloseTo(smoothed, within(2.0));
      double timeout = Math.clamp(smoothed + 4 * variation, MIN_US, MAX_US);
      assertThat((double) rtt.rtoUs()).as("seed %d", seed).isCloseTo(timeout, within(4.0));
    }
  }

  @Test
  void P07_RFC6298_2_4_the_timeout_is_not_below_its_minimum_nor_above_its_maximum() {
    rtt.sample(50, 1, 0);
    assertThat(rtt.rtoUs()).isEqualTo(MIN_US);
    rtt.reset();
    rtt.sample(100_000_000, 1, 0);
    assertThat(rtt.rtoUs()).isEqualTo(MAX_US);
  }

  @Test
  void P07_RFC6298_5_5_each_expiry_doubles_it_up_to_the_maximum_and_a_sample_ends_that() {
    rtt.sample(100_000, 1, 0);
    long base = rtt.rtoUs();
    for (int i = 1; i <= 20; i++) {
      rtt.backOff();
      assertThat(rtt.rtoUs()).isEqualTo(Math.min(MAX_US, base << i));
    }
    rtt.sample(100_000, 1, 1);
    assertThat(rtt.rtoUs()).isLessThanOrEqualTo(base);
  }

  @Test
  void P07_RFC4015_3_3_a_spurious_expiry_leaves_no_backoff() {
    rtt.sample(100_000, 1, 0);
    long base = rtt.rtoUs();
    rtt.backOff();
    assertThat(rtt.rtoUs()).isEqualTo(2 * base);
    rtt.endBackoff();
    assertThat(rtt.rtoUs()).isEqualTo(base);
  }

  @Test
  void P02_RFC6298_5_7_after_a_lost_syn_it_is_three_seconds_until_a_sample() {
    rtt.backOff();
    rtt.synWasRetransmitted();
    assertThat(rtt.rtoUs()).isEqualTo(3_000_000);
    rtt.sample(10_000, 1, 0);
    rtt.synWasRetransmitted();
    assertThat(rtt.rtoUs()).isEqualTo(MIN_US);
  }

  @Test
  void P07_RFC7323_G_many_samples_of_a_round_trip_weigh_as_one() {
    RttEstimator one = new RttEstimator(1, MAX_US, 1, INITIAL_US);
    RttEstimator many = new RttEstimator(1, MAX_US, 1, INITIAL_US);
    one.sample(10_000, 1, 0);
    many.sample(10_000, 100, 0);
    for (int round = 1; round <= 5; round++) {
      one.sample(20_000, 1, round);
      for (int i = 0; i < 100; i++) {
        many.sample(20_000, 100, round);
      }
      assertThat((double) many.smoothedUs()).isCloseTo((double) one.smoothedUs(), within(400.0));
      assertThat((double) many.variationUs()).isCloseTo((double) one.variationUs(), within(800.0));
    }
  }

  @ParameterizedTest
  @CsvSource({"4000000, 10", "12000000, 30"})
  void RFC8985_6_2_the_smallest_round_trip_is_forgotten_with_its_window(long laterUs, long expected) {
    rtt.sample(10, 1, 0);
    rtt.sample(30, 1, laterUs);
    assertThat(rtt.minUs()).isEqualTo(expected);
  }

  @Test
  void RFC8985_6_2_the_smallest_round_trip_is_that_of_the_last_five_seconds_at_least_and_ten_at_most() {
    long seed = 4;
    SplittableRandom random = new SplittableRandom(seed);
    long[] samples = new long[3_000];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = random.nextLong(1, 1_000_000);
      rtt.sample(samples[i], 1, i * 10_000L);
      long ofFive = Long.MAX_VALUE;
      long ofTen = Long.MAX_VALUE;
      for (int j = Math.max(0, i - 1_000); j <= i; j++) {
        ofTen = Math.min(ofTen, samples[j]);
        ofFive = j > i - 500 ? Math.min(ofFive, samples[j]) : ofFive;
      }
      assertThat(rtt.minUs()).as("seed %d at %d", seed, i).isBetween(ofTen, ofFive);
    }
  }
}
