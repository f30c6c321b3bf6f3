package org.sluice.benchmarks.sidebyside.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class RotationTest {
  private static final Plan PLAN = new Plan(true, 2, 4, 1000, 0);
  private static final List<Figure> FIGURES = List.of(Figure.RATE, Figure.ALLOCATION);

  private final List<String> log = new ArrayList<>();

  @Test
  void contenders_take_turns_from_the_first_warm_up_on() throws Exception {
    Rotation.run(List.of(contender("a", i -> 1), contender("b", i -> 1)), FIGURES, PLAN);

    assertThat(String.join(" ", log)).isEqualTo("open-a open-b a b a b a b a b a b a b close-b close-a");
  }

  @Test
  void warm_ups_do_not_count() throws Exception {
    Rotation rotation = Rotation.run(List.of(contender("a", i -> i < 2 ? 1_000_000 : 5)), FIGURES, PLAN);

    assertThat(rotation.figure(0, Figure.RATE)).isEqualTo(new Quartiles(5e6, 5e6, 5e6, 4));
  }

  @Test
  void a_ratio_is_that_of_neighbours_and_survives_a_machine_that_changes() throws Exception {
    // Both are ten times as fast in every second round; over all rounds their medians would differ by far more.
    IntFunction<Integer> unsteady = i -> i % 2 == 0 ? 100 : 1000;
    Rotation rotation = Rotation.run(
        List.of(contender("a", i -> 3 * unsteady.apply(i)), contender("b", unsteady::apply)), FIGURES, PLAN);

    assertThat(rotation.ratio(1, Figure.RATE)).isEqualTo(new Quartiles(3, 3, 3, 4));
    assertThat(rotation.figure(1, Figure.RATE).q3()).isGreaterThan(rotation.figure(1, Figure.RATE).q1());
  }

  @Test
  void the_ratio_is_of_the_first_contender_to_each_other() throws Exception {
    Rotation rotation = Rotation.run(
        List.of(contender("a", i -> 8), contender("b", i -> 4), contender("c", i -> 16)), FIGURES, PLAN);

    assertThat(rotation.ratio(1, Figure.RATE).median()).isEqualTo(2);
    assertThat(rotation.ratio(2, Figure.RATE).median()).isEqualTo(0.5);
  }

  @Test
  void what_was_not_measured_is_known() throws Exception {
    Rotation rotation = Rotation.run(List.of(contender("a", i -> 1)), FIGURES, PLAN);

    assertThat(rotation.has(0, Figure.RATE)).isTrue();
    assertThat(rotation.has(0, Figure.ALLOCATION)).isFalse();
  }

  @Test
  void repetitions_that_took_too_long_are_counted_without_warm_ups() throws Exception {
    Contender.Entry slow = new Contender.Entry("slow", () -> new Fake("slow", i -> 1, Plan.MOST_REPETITION_NS + 1));

    assertThat(Rotation.run(List.of(contender("a", i -> 1), slow), FIGURES, PLAN).overlong()).isEqualTo(4);
  }

  @Test
  void a_failure_closes_all_that_were_opened() {
    Contender.Entry failing = new Contender.Entry("b", () -> new Fake("b", i -> 1 / (2 - i), 1000));

    assertThatThrownBy(() -> Rotation.run(List.of(contender("a", i -> 1), failing), FIGURES, PLAN))
        .isInstanceOf(ArithmeticException.class);
    assertThat(log).endsWith("close-b", "close-a");
  }

  @Test
  void a_contender_that_cannot_be_opened_closes_the_others() {
    Contender.Entry absent = new Contender.Entry("b", () -> {
      throw new IllegalStateException("not here");
    });

    assertThatThrownBy(() -> Rotation.run(List.of(contender("a", i -> 1), absent), FIGURES, PLAN))
        .hasMessage("not here");
    assertThat(log).containsExactly("open-a", "close-a");
  }

  @Test
  void the_first_failure_is_the_one_that_is_told() {
    Contender.Entry failing = new Contender.Entry("b", () -> new Fake("b", i -> 1 / i, 1000) {
      @Override
      public void close() {
        throw new IllegalStateException("cannot close either");
      }
    });

    assertThatThrownBy(() -> Rotation.run(List.of(failing), FIGURES, PLAN))
        .isInstanceOf(ArithmeticException.class)
        .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
  }

  private Contender.Entry contender(String name, IntFunction<Integer> operations) {
    return new Contender.Entry(name, () -> {
      log.add("open-" + name);
      return new Fake(name, operations, 1000);
    });
  }

  /** Does so many operations in its n-th repetition. */
  private class Fake implements Contender {
    private final String name;
    private final IntFunction<Integer> operations;
    private final long nanos;
    private int runs;

    Fake(String name, IntFunction<Integer> operations, long nanos) {
      this.name = name;
      this.operations = operations;
      this.nanos = nanos;
    }

    @Override
    public Reading run(long limitNs) {
      log.add(name);
      return new Reading(operations.apply(runs++), 0, nanos);
    }

    @Override
    public void close() {
      log.add("close-" + name);
    }
  }
}
