package org.sluice.plugin.tcp.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequenceNumbersTest {

  @Test
  void RFC9293_3_4_numbers_less_than_half_the_space_apart_compare_as_if_they_did_not_wrap() {
    long seed = 1;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      long a = random.nextLong(1L << 33);
      long b = a + random.nextLong(-(1L << 31) + 1, 1L << 31);
      String place = "seed " + seed + " " + a + " " + b;
      assertThat(SequenceNumbers.before((int) a, (int) b)).as(place).isEqualTo(a < b);
      assertThat(SequenceNumbers.atMost((int) a, (int) b)).as(place).isEqualTo(a <= b);
      assertThat(SequenceNumbers.after((int) a, (int) b)).as(place).isEqualTo(a > b);
      assertThat(SequenceNumbers.atLeast((int) a, (int) b)).as(place).isEqualTo(a >= b);
      assertThat(SequenceNumbers.max((int) a, (int) b)).as(place).isEqualTo((int) Math.max(a, b));
      assertThat(SequenceNumbers.min((int) a, (int) b)).as(place).isEqualTo((int) Math.min(a, b));
    }
  }

  @Test
  void RFC9293_3_4_a_window_may_lie_across_the_wrap() {
    assertThat(SequenceNumbers.within(-1, -10, 20)).isTrue();
    assertThat(SequenceNumbers.within(9, -10, 20)).isTrue();
    assertThat(SequenceNumbers.within(10, -10, 20)).isFalse();
    assertThat(SequenceNumbers.within(-11, -10, 20)).isFalse();
    assertThat(SequenceNumbers.within(-10, -10, 0)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // length 0, window 0: at RCV.NXT alone
    "100, 0, 100, 0, true", "99, 0, 100, 0, false", "101, 0, 100, 0, false",
    // length 0, window > 0
    "100, 0, 100, 10, true", "109, 0, 100, 10, true", "110, 0, 100, 10, false", "99, 0, 100, 10, false",
    // length > 0, window 0: never
    "100, 1, 100, 0, false", "99, 2, 100, 0, false",
    // length > 0, window > 0: the first or the last number is in it
    "109, 50, 100, 10, true", "90, 11, 100, 10, true", "90, 10, 100, 10, false", "110, 1, 100, 10, false",
    "-1, 2, 0, 5, true", "-1, 1, 0, 5, false"
  })
  void RFC9293_3_4_a_segment_is_acceptable_by_the_table(int sequence, int length, int next, int window, boolean yes) {
    assertThat(SequenceNumbers.acceptable(sequence, length, next, window)).isEqualTo(yes);
  }

  @ParameterizedTest
  @CsvSource({
    "9, 10, 0, true", "10, 10, 0, false", "11, 10, 0, false",
    "-1, 0, 0, true", "0, -1, 0, false",
    "9, 10, 2073599999999, true", "9, 10, 2073600000000, false"
  })
  void P09_RFC7323_5_an_older_timestamp_is_refused_unless_the_last_one_is_24_days_old(
      int timestamp, int recent, long idleUs, boolean fails) {
    assertThat(SequenceNumbers.failsPaws(timestamp, recent, idleUs)).isEqualTo(fails);
  }
}
