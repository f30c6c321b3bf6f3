package org.sluice.benchmarks.sidebyside.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PlanTest {

  @Test
  void valid_figures_need_forty_pairs_of_short_repetitions() {
    assertThatThrownBy(() -> new Plan(false, 1, 39, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Plan(false, 1, 40, 150_000_001, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Plan(true, 1, 40, 150_000_001, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(new Plan(false, 1, 40, 150_000_000, 1).pairs()).isEqualTo(40);
    assertThat(Plan.FULL.quick()).isFalse();
  }
}
