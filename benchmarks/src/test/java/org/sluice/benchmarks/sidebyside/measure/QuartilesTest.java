package org.sluice.benchmarks.sidebyside.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class QuartilesTest {

  @Test
  void an_odd_sample_has_its_middle_value() {
    assertThat(Quartiles.of(5, 1, 4, 2, 3)).isEqualTo(new Quartiles(2, 3, 4, 5));
  }

  @Test
  void an_even_sample_is_interpolated() {
    assertThat(Quartiles.of(4, 1, 3, 2)).isEqualTo(new Quartiles(1.75, 2.5, 3.25, 4));
  }

  @Test
  void one_value_is_all_of_them() {
    assertThat(Quartiles.of(7)).isEqualTo(new Quartiles(7, 7, 7, 1));
  }

  @Test
  void a_quarter_of_wild_values_moves_nothing_but_the_far_end() {
    double[] sample = {10, 10, 10, 10, 10, 10, 10, 1e9, 1e9};

    assertThat(Quartiles.of(sample)).isEqualTo(new Quartiles(10, 10, 10, 9));
  }

  @Test
  void the_sample_stays_as_it_was() {
    double[] sample = {3, 1, 2};

    Quartiles.of(sample);

    assertThat(sample).containsExactly(3, 1, 2);
  }

  @Test
  void nothing_and_what_is_no_number_are_refused() {
    assertThatThrownBy(Quartiles::of).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Quartiles.of(1, Double.NaN, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
  }
}
