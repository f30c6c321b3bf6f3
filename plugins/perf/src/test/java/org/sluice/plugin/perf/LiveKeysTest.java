package org.sluice.plugin.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.spi.console.CommandException;

/** Keys that a host changes while the plugin runs. */
@Timeout(30)
class LiveKeysTest {
  private final PerfRig rig = new PerfRig(5, 1, Map.of("limit.sessions", 2));

  @AfterEach
  void leavesNothingBehind() {
    rig.stop();
  }

  @Test
  void a_run_may_have_more_sessions_once_the_limit_is_higher() throws Exception {
    assertThatThrownBy(() -> rig.stream(PerfRig.URI, "--time", "1ms", "--sessions", "3"))
        .isInstanceOf(CommandException.class).hasMessageContaining("3 is not in 1..2");
    rig.plugin.reconfigure(Map.of("listen", List.of(PerfRig.URI), "fifo", PerfRig.FIFO_BYTES,
        "timeout", Duration.ofHours(1), "limit.sessions", 3));
    assertThat(rig.stream(PerfRig.URI, "--time", "1ms", "--sessions", "3").column("stream", "verified"))
        .containsExactly(3L);
    assertThat(rig.count("limit.sessions")).isZero();
  }
}
