package org.sluice.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Seeds, past findings and mutants of both, for each target: what CI has time for. */
class TargetTest {
  private static final Path CORPUS = Path.of("corpus");
  private static final int MUTANTS = Integer.getInteger("sluice.fuzz.mutants", 2_000);
  /** A world for each takes its time. */
  private static final int MUTANTS_OF_STACK = MUTANTS / 16;
  private static final long SEED = Long.getLong("sluice.fuzz.seed", 1);

  private static List<byte[]> known(Target target) {
    List<byte[]> inputs = new ArrayList<>(target.seeds());
    inputs.addAll(Corpus.read(Corpus.files(CORPUS.resolve(target.title()))));
    return inputs;
  }

  private static void run(Target target, byte[] input) {
    try {
      target.run(input);
    } catch (AssertionError | RuntimeException finding) {
      throw new AssertionError(target.title() + " with " + HexFormat.of().formatHex(input), finding);
    }
  }

  @ParameterizedTest
  @EnumSource
  void seeds_and_past_findings_do_nothing_that_they_must_not(Target target) {
    List<byte[]> inputs = known(target);
    assertThat(inputs).isNotEmpty();
    inputs.forEach(input -> run(target, input));
  }

  @ParameterizedTest
  @EnumSource
  void mutants_do_nothing_that_they_must_not(Target target) {
    Mutator mutator = new Mutator(new SplittableRandom(SEED), known(target));
    for (int i = 0; i < (target == Target.STACK ? MUTANTS_OF_STACK : MUTANTS); i++) {
      run(target, mutator.next());
    }
  }
}
