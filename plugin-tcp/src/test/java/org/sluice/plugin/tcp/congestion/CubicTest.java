package org.sluice.plugin.tcp.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.transport.CongestionControl;
import org.sluice.testkit.runtime.AllocatedBytes;

class CubicTest {
  private static final int MSS = FakeConnection.MSS;
  private static final SlowStart PLAIN = new SlowStart(Integer.MAX_VALUE, false);

  private final FakeConnection connection = new FakeConnection();
  private final CongestionControl.Flow flow = new Cubic(PLAIN, true).newFlow();

  /** Grows to a window in slow start and loses there. */
  private void loseAt(CongestionControl.Flow of, int segments) {
    of.start(connection, 10 * MSS);
    of.onAck(connection, (segments - 10L) * MSS);
    assertThat(of.windowBytes()).isEqualTo((long) segments * MSS);
    of.onCongestion(connection);
    of.onRecovered(connection);
  }

  private double segments() {
    return (double) flow.windowBytes() / MSS;
  }

  /** RFC 9438 section 4.2, figures 1 and 2, at windows where the cubic region rules. */
  @ParameterizedTest
  @CsvSource({
    // window at the loss, rtt ms, seconds after it
    "1000, 50, 1", "1000, 50, 4", "1000, 50, 8", "1000, 50, 9.5", "1000, 50, 12", "1000, 50, 16",
    "300, 100, 2", "300, 100, 6", "300, 100, 8", "300, 100, 11",
    "5000, 20, 5", "5000, 20, 14", "5000, 20, 20", "10000, 100, 18", "10000, 100, 25"
  })
  void P12_RFC9438_4_2_the_window_follows_the_curve(int lossAt, int rttMs, double seconds) {
    connection.rttNs = rttMs * 1_000_000L;
    loseAt(flow, lossAt);
    double k = Math.cbrt(lossAt * (1 - 0.7) / 0.4);
    long start = connection.nowNs;
    while (connection.nowNs - start < seconds * 1e9) {
      connection.roundTrip(flow);
    }
    double t = (connection.nowNs - start) / 1e9;
    double expected = 0.4 * Math.pow(t - k, 3) + lossAt;
    assertThat(segments()).isCloseTo(expected, Percentage.withPercentage(2));
  }

  @Test
  void P12_RFC9438_4_6_a_loss_leaves_seven_tenths() {
    loseAt(flow, 100);
    assertThat(flow.windowBytes()).isEqualTo(70 * MSS);
    assertThat(flow.slowStartThresholdBytes()).isEqualTo(70 * MSS);
  }

  @Test
  void P12_RFC9438_4_6_but_never_less_than_two_segments() {
    flow.start(connection, MSS);
    flow.onCongestion(connection);
    assertThat(flow.windowBytes()).isEqualTo(2 * MSS);
  }

  /** Section 4.3: with short round trips Reno's growth of alpha per round trip is the faster one. */
  @Test
  void P12_RFC9438_4_3_it_is_not_slower_than_reno() {
    connection.rttNs = 2_000_000;
    loseAt(flow, 40);
    double start = segments();
    for (int i = 0; i < 20; i++) {
      connection.roundTrip(flow);
    }
    double alpha = 3 * (1 - 0.7) / (1 + 0.7);
    assertThat(segments()).isCloseTo(start + 20 * alpha, within(0.5));
    assertThat(0.4 * Math.pow(0.04 - Math.cbrt(40 * 0.3 / 0.4), 3) + 40).isLessThan(start + 0.5);
  }

  @Test
  void P12_RFC9438_4_3_above_the_window_before_the_loss_it_grows_a_segment_per_round_trip_as_reno_does() {
    connection.rttNs = 1_000_000;
    loseAt(flow, 20);
    while (segments() < 21) {
      connection.roundTrip(flow);
    }
    double start = segments();
    for (int i = 0; i < 10; i++) {
      connection.roundTrip(flow);
    }
    assertThat(segments()).isCloseTo(start + 10, within(0.7));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void P12_RFC9438_4_7_with_fast_convergence_a_flow_that_lost_early_aims_lower(boolean fast) {
    CongestionControl.Flow other = new Cubic(PLAIN, fast).newFlow();
    loseAt(other, 1_000);
    connection.roundTrip(other);
    long second = other.windowBytes() / MSS;
    other.onCongestion(connection);
    other.onRecovered(connection);
    double max = fast ? second * 1.7 / 2 : second;
    double k = Math.cbrt((max - second * 0.7) / 0.4);
    long start = connection.nowNs;
    while (connection.nowNs - start < k * 1e9) {
      connection.roundTrip(other);
    }
    assertThat((double) other.windowBytes() / MSS).isCloseTo(max, Percentage.withPercentage(1));
  }

  @Test
  void P12_RFC9438_4_4_the_window_grows_by_half_per_round_trip_at_most() {
    loseAt(flow, 100);
    connection.roundTrip(flow);
    connection.nowNs += 1_000_000_000_000L;
    double before = segments();
    flow.onAck(connection, flow.windowBytes());
    assertThat(segments()).isCloseTo(1.5 * before, within(0.1));
  }

  @Test
  void P12_RFC9438_4_8_after_a_timeout_the_curve_starts_anew_without_a_plateau() {
    loseAt(flow, 1_000);
    flow.onTimeout(connection);
    assertThat(flow.windowBytes()).isEqualTo(MSS);
    flow.onRecovered(connection);
    long threshold = flow.slowStartThresholdBytes();
    flow.onAck(connection, threshold - MSS);
    assertThat(flow.windowBytes()).isEqualTo(threshold);
    double from = segments();
    long start = connection.nowNs;
    for (int i = 0; i < 200; i++) {
      connection.roundTrip(flow);
    }
    double t = (connection.nowNs - start) / 1e9;
    assertThat(segments()).isCloseTo(from + 0.4 * t * t * t, Percentage.withPercentage(3));
  }

  @Test
  void P07_P12_one_loss_event_reduces_once_whatever_the_timer_does() {
    flow.start(connection, 100 * MSS);
    flow.onTimeout(connection);
    assertThat(flow.slowStartThresholdBytes()).isEqualTo(70 * MSS);
    flow.onTimeout(connection);
    assertThat(flow.slowStartThresholdBytes()).isEqualTo(70 * MSS);
    flow.onRecovered(connection);
    loseInRecovery();
  }

  private void loseInRecovery() {
    flow.start(connection, 100 * MSS);
    flow.onCongestion(connection);
    flow.onTimeout(connection);
    assertThat(flow.windowBytes()).isEqualTo(MSS);
    assertThat(flow.slowStartThresholdBytes()).isEqualTo(70 * MSS);
    flow.onUndo(connection);
    assertThat(flow.windowBytes()).isEqualTo(100 * MSS);
    assertThat(flow.slowStartThresholdBytes()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void P11_P12_RFC9438_4_9_an_undo_restores_window_threshold_and_curve() {
    loseAt(flow, 1_000);
    for (int i = 0; i < 60; i++) {
      connection.roundTrip(flow);
    }
    long window = flow.windowBytes();
    long threshold = flow.slowStartThresholdBytes();
    flow.onCongestion(connection);
    flow.onUndo(connection);
    assertThat(flow.windowBytes()).isEqualTo(window);
    assertThat(flow.slowStartThresholdBytes()).isEqualTo(threshold);
    double k = Math.cbrt((1_000 - (double) window / MSS) / 0.4);
    long start = connection.nowNs;
    while (connection.nowNs - start < k / 2 * 1e9) {
      connection.roundTrip(flow);
    }
    assertThat(segments()).as("on the way to the plateau that was")
        .isCloseTo(1_000 - 0.4 * Math.pow(k / 2, 3), Percentage.withPercentage(1));
    while (connection.nowNs - start < k * 1e9) {
      connection.roundTrip(flow);
    }
    assertThat(segments()).as("the plateau is where it was").isCloseTo(1_000, Percentage.withPercentage(1));
  }

  @Test
  void P13_RFC9438_5_8_a_window_that_is_not_used_does_not_grow_and_its_time_does_not_count() {
    loseAt(flow, 1_000);
    for (int i = 0; i < 20; i++) {
      connection.roundTrip(flow);
    }
    double before = segments();
    connection.limited = false;
    for (int i = 0; i < 200; i++) {
      connection.roundTrip(flow);
    }
    assertThat(segments()).isEqualTo(before);
    connection.limited = true;
    connection.roundTrip(flow);
    double k = Math.cbrt(300 / 0.4);
    assertThat(segments()).isCloseTo(0.4 * Math.pow(1.05 - k, 3) + 1_000, Percentage.withPercentage(1));
  }

  @Test
  void P13_RFC9438_5_8_short_idle_time_does_not_count_either() {
    loseAt(flow, 1_000);
    for (int i = 0; i < 20; i++) {
      connection.roundTrip(flow);
    }
    connection.nowNs += 150_000_000;
    flow.onRestart(connection, 150_000_000);
    connection.roundTrip(flow);
    double k = Math.cbrt(300 / 0.4);
    assertThat(segments()).isCloseTo(0.4 * Math.pow(1.05 - k, 3) + 1_000, Percentage.withPercentage(0.3));
  }

  @Test
  void P12_ten_thousand_acknowledgements_and_losses_allocate_nothing() {
    loseAt(flow, 100);
    assertThat(AllocatedBytes.leastOf(() -> churn(10_000))).isZero();
  }

  private void churn(int acks) {
    for (int i = 0; i < acks; i++) {
      connection.nowNs += 1_000_000;
      flow.onAck(connection, MSS);
      if (i % 1_000 == 999) {
        flow.onCongestion(connection);
        flow.onRecovered(connection);
      }
    }
  }
}
