package org.sluice.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ManualClockTest {

  @Test
  void time_passesOnlyWhenAdvanced() {
    ManualClock clock = new ManualClock(5, 1_000);

    clock.advance(Duration.ofMillis(2));

    assertThat(clock.nanoTime()).isEqualTo(2_000_005);
    assertThat(clock.epochMicros()).isEqualTo(3_000);
    assertThat(clock.elapsedNs()).isEqualTo(2_000_000);
  }

  @Test
  void time_doesNotRunBackwards() {
    ManualClock clock = new ManualClock();
    assertThatThrownBy(() -> clock.advanceNs(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void time_doesNotPassWithinATurn() {
    DeterministicRuntime runtime = new DeterministicRuntime(1);
    runtime.add(
        "cheat",
        new SimulatedContext() {
          @Override
          public int turn() {
            runtime.clock().advanceNs(1);
            return 0;
          }

          @Override
          public long idleNs(long nowNs) {
            return Long.MAX_VALUE;
          }
        });

    assertThatThrownBy(runtime::step)
        .isInstanceOf(AssertionError.class)
        .hasRootCauseMessage("time cannot pass within a turn");
  }
}
