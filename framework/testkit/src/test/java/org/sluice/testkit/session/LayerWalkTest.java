package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random walks over the session layer against a reference, on one worker and on three. The seeds are fixed; {@code
 * -Dsluice.walk.seed=N} runs another in their place, {@code -Dsluice.walk.steps=N} makes the walks longer.
 */
class LayerWalkTest {
  private static final int STEPS = Integer.getInteger("sluice.walk.steps", 100_000);

  static Stream<Arguments> walks() {
    Long wanted = Long.getLong("sluice.walk.seed");
    List<Long> seeds = wanted == null ? List.of(1L, 2L) : List.of(wanted);
    List<Arguments> walks = new ArrayList<>();
    for (long seed : seeds) {
      walks.add(Arguments.of(seed, 0));
      walks.add(Arguments.of(seed, 2));
    }
    return walks.stream();
  }

  @ParameterizedTest(name = "seed {0}, {1} data workers")
  @MethodSource("walks")
  void S24_S25_S30_S31_S32_what_is_told_what_lives_and_which_ports_are_used_agree_with_the_reference(
      long seed, int dataWorkers) {
    LayerWalk walk = new LayerWalk(seed, dataWorkers);
    walk.run(STEPS);
    long often = STEPS / 1000;
    assertThat(walk.moved()).as("takeovers, migrations, streams").satisfies(moved -> {
      assertThat(moved[0]).isGreaterThanOrEqualTo(often);
      assertThat(moved[1]).isGreaterThanOrEqualTo(dataWorkers == 0 ? 0 : often);
      assertThat(moved[2]).isGreaterThanOrEqualTo(often);
    });
  }

  @Test
  void the_same_seed_walks_the_same_way() {
    List<Long> fingerprints = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      LayerWalk walk = new LayerWalk(77, 2);
      walk.run(2_000);
      fingerprints.add(walk.fingerprint());
    }
    assertThat(fingerprints.get(1)).isEqualTo(fingerprints.get(0));
  }
}
