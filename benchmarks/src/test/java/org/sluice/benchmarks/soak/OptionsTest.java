package org.sluice.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void all_of_them() {
    assertThat(Options.parse(List.of())).isEqualTo(Options.DEFAULT);
    assertThat(Options.parse(List.of("--seconds", "5", "--seed", "-7", "--pairs", "2")))
        .isEqualTo(new Options(5, -7, 2));
  }

  @Test
  void what_is_wrong_is_named() {
    assertThatThrownBy(() -> Options.parse(List.of("--fast"))).hasMessage("unknown option: --fast");
    assertThatThrownBy(() -> Options.parse(List.of("--seed"))).hasMessage("--seed needs a value");
    assertThatThrownBy(() -> Options.parse(List.of("--pairs", "0")))
        .hasMessage("--pairs must be a whole number, 1 to 1000: 0");
    assertThatThrownBy(() -> Options.parse(List.of("--seconds", "1m"))).hasMessageContaining(": 1m");
  }
}
