package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The protocols between contexts, one shared access at a time, over many seeds. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class InterleavingTest {

  private static final List<String> STEPPED =
      List.of("-Dsluice.memory.step=true", "-Djdk.virtualThreadScheduler.parallelism=1",
          "-Djdk.virtualThreadScheduler.maxPoolSize=1");
  private static final int SEEDS = 2000;

  private @TempDir Path directory;

  private static Stream<String> scenarios() {
    return Interleavings.SCENARIOS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void every_interleaving_is_safe(String scenario) throws IOException, InterruptedException {
    Integer replay = Integer.getInteger("sluice.seed");
    String first = Integer.toString(replay == null ? 0 : replay);
    String count = Integer.toString(replay == null ? SEEDS : 1);
    try (ChildJvm jvm = ChildJvm.start(directory, STEPPED, Interleavings.class, scenario, first, count)) {
      jvm.expectSuccess();
    }
  }

  @Test
  void actors_that_wait_for_each_other_are_a_failure() {
    assertThatThrownBy(() -> Stepper.run(new SplittableRandom(1), () -> Stepper.await(() -> false)))
        .isInstanceOf(AssertionError.class).hasMessageContaining("deadlock");
  }
}
