package org.sluice.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much of what has ended is kept for what comes. */
class SessionPoolTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "255, 255", "1000, 256", "65536, 256", "1048576, 4096", "16777216, 65536"})
  void kept_objects_follow_the_limit_of_sessions(int limit, int kept) {
    assertThat(SessionPool.kept(limit)).isEqualTo(kept);
  }
}
