package org.sluice.host.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  @ParameterizedTest
  @CsvSource({"run,run,0", "rnu,run,1", "ran,run,1", "runs,run,1", "rn,run,1", "'',run,3", "kitten,sitting,3",
      "ab,ba,1"})
  void distance_counts_insertions_deletions_substitutions_and_swaps(String a, String b, int distance) {
    assertThat(Nearest.distance(a, b)).isEqualTo(distance);
    assertThat(Nearest.distance(b, a)).isEqualTo(distance);
  }

  @Test
  void the_closest_candidate_is_suggested() {
    assertThat(Nearest.to("plugns", List.of("plugin", "plugins", "config"))).contains("plugins");
  }

  @Test
  void of_equally_close_ones_the_first_by_name_is_suggested() {
    assertThat(Nearest.to("abx", List.of("abz", "aby"))).contains("aby");
  }

  @Test
  void nothing_is_suggested_when_nothing_is_close() {
    assertThat(Nearest.to("tcp", List.of("ct", "echo"))).isEmpty();
  }
}
