package org.sluice.plugin.tcp.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.spi.transport.CongestionControl;

class NewRenoTest {
  private static final int MSS = FakeConnection.MSS;

  private final FakeConnection connection = new FakeConnection();
  private final CongestionControl.Flow flow = new NewReno(new SlowStart(2, false)).newFlow();

  private long segments() {
    return flow.windowBytes() / MSS;
  }

  @Test
  void P12_RFC5681_3_1_slow_start_doubles_per_round_trip() {
    flow.start(connection, 10 * MSS);
    for (int i = 1; i <= 5; i++) {
      connection.roundTrip(flow);
      assertThat(segments()).isEqualTo(10L << i);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "5, 2"})
  void P12_RFC3465_2_2_an_acknowledgement_grows_it_by_two_segments_at_most(int acked, int grown) {
    flow.start(connection, 10 * MSS);
    flow.onAck(connection, (long) acked * MSS);
    assertThat(segments()).isEqualTo(10 + grown);
  }

  @Test
  void P12_RFC3465_2_3_and_by_one_after_a_timeout_until_it_is_recovered() {
    flow.start(connection, 40 * MSS);
    flow.onTimeout(connection);
    assertThat(segments()).isEqualTo(1);
    flow.onRecoveryAck(connection, 8 * MSS);
    assertThat(segments()).isEqualTo(2);
    flow.onRecovered(connection);
    flow.onAck(connection, 8 * MSS);
    assertThat(segments()).isEqualTo(4);
  }

  @Test
  void P12_RFC5681_3_1_avoidance_grows_it_by_a_segment_per_round_trip() {
    flow.start(connection, 40 * MSS);
    flow.onCongestion(connection);
    flow.onRecovered(connection);
    assertThat(segments()).isEqualTo(20);
    for (int i = 1; i <= 30; i++) {
      connection.roundTrip(flow);
      assertThat(segments()).isEqualTo(20 + i);
    }
  }

  @Test
  void P08_RFC6582_3_2_acknowledgements_in_fast_recovery_leave_the_window() {
    flow.start(connection, 40 * MSS);
    flow.onCongestion(connection);
    flow.onRecoveryAck(connection, 10 * MSS);
    assertThat(segments()).isEqualTo(20);
    assertThat(flow.slowStartThresholdBytes()).isEqualTo(20 * MSS);
  }

  @Test
  void P12_RFC5681_3_1_the_threshold_is_not_overshot() {
    flow.start(connection, 40 * MSS);
    flow.onTimeout(connection);
    flow.onRecovered(connection);
    while (segments() < 19) {
      flow.onAck(connection, MSS);
    }
    flow.onAck(connection, 2 * MSS);
    assertThat(segments()).isEqualTo(20);
  }

  @Test
  void P13_RFC7661_4_4_what_was_not_used_is_no_measure_of_a_loss() {
    flow.start(connection, 100 * MSS);
    connection.limited = false;
    connection.deliveryRate = 200 * MSS; // Ten segments per round trip of 50 ms.
    connection.flightBytes = 4 * MSS;
    flow.onCongestion(connection);
    assertThat(segments()).isEqualTo(5);
  }

  @Test
  void P13_a_window_that_is_not_used_does_not_grow() {
    flow.start(connection, 10 * MSS);
    connection.limited = false;
    connection.roundTrip(flow);
    assertThat(segments()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({"100, 80", "199, 80", "200, 40", "450, 20", "600, 10", "60000, 10"})
  void P13_idle_time_halves_it_per_timeout_down_to_the_initial_window(long idleMs, int left) {
    flow.start(connection, 10 * MSS);
    while (segments() < 80) {
      connection.roundTrip(flow);
    }
    flow.onRestart(connection, idleMs * 1_000_000);
    assertThat(segments()).isEqualTo(left);
  }

  @Test
  void P13_after_idle_time_slow_start_reaches_three_quarters_of_what_it_was() {
    flow.start(connection, 10 * MSS);
    while (segments() < 160) {
      connection.roundTrip(flow);
    }
    flow.onCongestion(connection);
    flow.onRecovered(connection);
    while (segments() < 100) {
      connection.roundTrip(flow);
    }
    flow.onRestart(connection, 250_000_000);
    assertThat(segments()).isEqualTo(50);
    assertThat(flow.slowStartThresholdBytes()).isGreaterThanOrEqualTo(75 * MSS).isLessThan(101 * MSS);
  }

  @Test
  void P11_RFC4015_3_an_undo_restores_window_and_threshold() {
    flow.start(connection, 40 * MSS);
    flow.onTimeout(connection);
    flow.onUndo(connection);
    assertThat(segments()).isEqualTo(40);
    assertThat(flow.slowStartThresholdBytes()).isEqualTo(Long.MAX_VALUE);
  }
}
