package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random walks against a reference, on one worker and on three. The seeds are fixed; {@code -Dsluice.walk.seed=N} runs
 * one more in their place, {@code -Dsluice.walk.steps=N} makes the walks longer.
 */
class SeededWalkTest {
  private static final int STEPS = Integer.getInteger("sluice.walk.steps", 100_000);

  static Stream<Arguments> walks() {
    Long wanted = Long.getLong("sluice.walk.seed");
    List<Long> seeds = wanted == null ? List.of(1L, 2L, 3L, 4L) : List.of(wanted);
    List<Arguments> walks = new ArrayList<>();
    for (long seed : seeds) {
      walks.add(Arguments.of(seed, 0));
      walks.add(Arguments.of(seed, 2));
    }
    return walks.stream();
  }

  @ParameterizedTest(name = "seed {0}, {1} data workers")
  @MethodSource("walks")
  void applications_are_told_what_they_may_be_told_and_nothing_is_left(long seed, int dataWorkers) {
    new Walk(seed, dataWorkers, step -> false).run(STEPS);
  }

  @Test
  void a_failing_walk_fails_again_at_the_same_step_with_the_same_seed() {
    List<String> messages = new ArrayList<>();
    List<Long> fingerprints = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Walk walk = new Walk(77, 2, step -> step == 4321);
      messages.add(String.valueOf(catchThrowable(() -> walk.run(10_000))));
      fingerprints.add(walk.fingerprint());
    }
    assertThat(messages.getFirst()).contains("seed 77", "step 4321", "planted", "-Dsluice.walk.seed=77");
    assertThat(messages.get(1)).isEqualTo(messages.get(0));
    assertThat(fingerprints.get(1)).as("each turn was the same").isEqualTo(fingerprints.get(0));
  }
}
