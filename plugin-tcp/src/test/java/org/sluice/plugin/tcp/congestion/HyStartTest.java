package org.sluice.plugin.tcp.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sluice.spi.transport.CongestionControl;

class HyStartTest {
  private static final int MSS = FakeConnection.MSS;
  private static final long MS = 1_000_000;

  private final FakeConnection connection = new FakeConnection();
  private final CongestionControl.Flow flow = new Cubic(SlowStart.PACED, true).newFlow();

  private long round(long rttMs) {
    connection.latestRttNs = rttMs * MS;
    long before = flow.windowBytes();
    connection.roundTrip(flow);
    return (flow.windowBytes() - before) / MSS;
  }

  @Test
  void RFC9406_4_2_slow_start_goes_on_while_round_trips_stay_the_same() {
    flow.start(connection, 10 * MSS);
    for (int i = 0; i < 8; i++) {
      round(50 + i % 3);
    }
    assertThat(flow.windowBytes()).isEqualTo(2_560 * MSS);
    assertThat(flow.slowStartThresholdBytes()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void RFC9406_4_2_longer_round_trips_slow_it_to_a_quarter_and_end_it_after_five_rounds() {
    flow.start(connection, 10 * MSS);
    round(50);
    round(50);
    round(50);
    long window = flow.windowBytes() / MSS;
    // An eighth of 50 ms is 6.25 ms.
    assertThat(round(57)).isBetween(window / 4, window / 4 + 10);
    for (int i = 0; i < 4; i++) {
      window = flow.windowBytes() / MSS;
      assertThat(round(57)).as("conservative round %d", i).isBetween(window / 4 - 2, window / 4 + 2);
    }
    round(57);
    assertThat(flow.slowStartThresholdBytes()).isNotEqualTo(Long.MAX_VALUE);
    window = flow.windowBytes() / MSS;
    assertThat(round(57)).isLessThan(window / 4);
  }

  @Test
  void RFC9406_4_2_round_trips_that_grow_shorter_again_resume_it() {
    flow.start(connection, 10 * MSS);
    round(50);
    round(50);
    round(50);
    round(60);
    long window = flow.windowBytes() / MSS;
    assertThat(round(55)).isBetween(window - 10, window);
    assertThat(flow.slowStartThresholdBytes()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void RFC9406_4_2_less_than_the_threshold_is_no_growth_of_the_round_trip() {
    flow.start(connection, 10 * MSS);
    round(10);
    round(10);
    // An eighth would be 1.25 ms; below 4 ms nothing is concluded.
    assertThat(round(13)).isEqualTo(40);
  }

  @Test
  void RFC9406_4_2_of_long_round_trips_16_ms_are_enough() {
    flow.start(connection, 10 * MSS);
    round(200);
    round(200);
    // An eighth would be 25 ms.
    long window = flow.windowBytes() / MSS;
    assertThat(round(217)).isBetween(window / 4, window / 4 + 10);
  }

  @Test
  void RFC9406_4_2_fewer_than_eight_samples_of_a_round_conclude_nothing() {
    HyStart start = new HyStart();
    start.reset();
    for (int i = 0; i < 40; i++) {
      // The first acknowledgement is a round, the others are rounds of seven.
      long rtt = (i + 6) / 7 % 2 == 0 ? 50 * MS : 100 * MS;
      assertThat(start.onAck(MSS, 7L * MSS, rtt)).isFalse();
      assertThat(start.isConservative()).isFalse();
    }
  }

  @Test
  void RFC9406_4_2_without_samples_slow_start_is_as_ever() {
    flow.start(connection, 10 * MSS);
    connection.latestRttNs = 0;
    for (int i = 0; i < 4; i++) {
      connection.roundTrip(flow);
    }
    assertThat(flow.windowBytes()).isEqualTo(160 * MSS);
  }
}
