package org.sluice.benchmarks.sidebyside.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GoalTest {

  @Test
  void the_bound_itself_is_good() {
    assertThat(Goal.atLeast(1).isMet(1)).isTrue();
    assertThat(Goal.atMost(0).isMet(0)).isTrue();
  }

  @Test
  void what_rounds_to_the_bound_is_not_the_bound() {
    assertThat(Goal.atLeast(1).isMet(0.9999)).isFalse();
    assertThat(Goal.atMost(150).isMet(150.0001)).isFalse();
  }

  @Test
  void what_is_no_number_reaches_nothing() {
    assertThat(Goal.atLeast(1).isMet(Double.NaN)).isFalse();
    assertThat(Goal.atMost(1).isMet(Double.NaN)).isFalse();
  }
}
