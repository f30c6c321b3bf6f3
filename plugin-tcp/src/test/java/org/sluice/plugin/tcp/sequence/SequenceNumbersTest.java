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
