package org.sluice.plugin.tcp.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What surrounds an algorithm: the first window, its usage, and rate reduction in recovery. */
class WindowRulesTest {
  private static final int MSS = 1_000;

  private final WindowUsage usage = new WindowUsage();
  private final ProportionalRateReduction reduction = new ProportionalRateReduction();

  @ParameterizedTest
  @CsvSource({
    // segments, MSS, SYN lost, expected
    "10, 1460, false, 14600", "10, 536, false, 5360", "10, 1400, false, 14000", "10, 2000, false, 14600",
    "10, 8960, false, 17920", "10, 1460, true, 1460", "4, 1460, false, 5840"
  })
  void P26_RFC6928_2_the_initial_window(int segments, int mss, boolean synLost, long bytes) {
    assertThat(InitialWindow.bytes(segments, mss, synLost)).isEqualTo(bytes);
  }

  @Test
  void RFC3465_2_2_the_limit_of_slow_start_is_positive() {
    assertThatThrownBy(() -> new SlowStart(0, false)).hasMessageContaining("limitSegments");
  }

  @ParameterizedTest
  @CsvSource({
    // flight, window, slow start, limited
    "10000, 10000, false, true", "9001, 10000, false, true", "9000, 10000, false, false",
    "5001, 10000, true, true", "5000, 10000, true, false", "5001, 10000, false, false", "100, 10000, true, false"
  })
  void P13_RFC7661_a_flight_that_fills_the_window_is_limited_in_slow_start_one_above_half(
      long flight, long window, boolean slowStart, boolean limited) {
    usage.reset(0);
    usage.onSent(0, (int) flight, flight, window, MSS);
    assertThat(usage.isLimited(window, slowStart)).isEqualTo(limited);
  }

  @Test
  void P13_acknowledgements_of_a_full_flight_count_as_limited_until_it_is_acknowledged() {
    usage.reset(0);
    usage.onSent(0, 10_000, 10_000, 10_000, MSS);
    usage.onSent(4_000, 12_000, 8_000, 10_000, MSS);
    assertThat(usage.isLimited(10_000, false)).isTrue();
    usage.onSent(10_000, 13_000, 3_000, 10_000, MSS);
    assertThat(usage.isLimited(10_000, false)).isFalse();
    assertThat(usage.isLimited(10_000, true)).as("nor in slow start").isFalse();
  }

  @Test
  void P13_a_small_burst_within_a_flight_does_not_hide_its_most() {
    usage.reset(0);
    usage.onSent(0, 7_000, 7_000, 10_000, MSS);
    usage.onSent(3_000, 8_000, 5_000, 10_000, MSS);
    assertThat(usage.isLimited(10_000, true)).isTrue();
    usage.reset(0);
    usage.onSent(0, 3_000, 3_000, 10_000, MSS);
    usage.onSent(0, 7_000, 7_000, 10_000, MSS);
    assertThat(usage.isLimited(10_000, true)).as("nor a small one before it").isTrue();
  }

  /** Twenty segments out, the first lost, each acknowledgement SACKs one: RFC 9937 section 6.1, window halved. */
  @Test
  void P08_RFC9937_6_of_two_segments_delivered_one_is_sent_when_the_window_halves() {
    long threshold = 10 * MSS;
    long flight = 20 * MSS - 3 * MSS - MSS; // Three SACKed, one lost.
    reduction.begin(20 * MSS, 2 * MSS, 0);
    long sent = 0;
    long allowed = reduction.onAck(MSS, flight, threshold, MSS, false);
    for (int ack = 0; ack < 16; ack++) {
      long now = allowed / MSS * MSS;
      reduction.onSent(now);
      sent += now;
      flight += now;
      assertThat(reduction.windowBytes()).isGreaterThanOrEqualTo(flight);
      flight -= MSS;
      allowed = reduction.onAck(MSS, flight, threshold, MSS, true);
    }
    assertThat(sent).isBetween(8L * MSS, 10L * MSS);
    assertThat(flight).as("at the threshold in the end").isBetween(threshold - 2 * MSS, threshold + MSS);
  }

  @Test
  void P08_RFC9937_6_recovery_begins_with_a_retransmission_in_any_case() {
    reduction.begin(20 * MSS, 0, 0);
    assertThat(reduction.onAck(1, 19 * MSS, 10 * MSS, MSS, false)).isEqualTo(MSS);
  }

  @Test
  void P08_RFC9937_6_below_the_threshold_what_is_delivered_is_sent_and_one_more_while_it_progresses() {
    reduction.begin(20 * MSS, 0, 0);
    assertThat(reduction.onAck(2 * MSS, 3 * MSS, 10 * MSS, MSS, false)).isEqualTo(2 * MSS);
    reduction.onSent(2 * MSS);
    assertThat(reduction.onAck(MSS, 4 * MSS, 10 * MSS, MSS, true)).isEqualTo(2 * MSS);
    reduction.onSent(2 * MSS);
    assertThat(reduction.onAck(9 * MSS, 9 * MSS, 10 * MSS, MSS, true)).as("not above the threshold").isEqualTo(MSS);
  }

  @Test
  void P08_RFC9937_6_below_the_threshold_what_was_not_sent_may_be_sent_later() {
    reduction.begin(20 * MSS, 0, 0);
    reduction.onAck(2 * MSS, 3 * MSS, 10 * MSS, MSS, false);
    assertThat(reduction.onAck(MSS, 3 * MSS, 10 * MSS, MSS, false)).isEqualTo(3 * MSS);
  }

  @Test
  void P08_RFC9937_6_the_proportion_is_that_of_what_was_in_flight_before_the_acknowledgement() {
    reduction.begin(20 * MSS, 4 * MSS, 2 * MSS);
    assertThat(reduction.onAck(4 * MSS, 15 * MSS, 9 * MSS, MSS, false)).as("of 18 segments 9").isEqualTo(2 * MSS);
  }

  @Test
  void P08_RFC9937_6_what_delivers_nothing_allows_nothing_new() {
    reduction.begin(20 * MSS, 0, 0);
    reduction.onAck(4 * MSS, 16 * MSS, 10 * MSS, MSS, false);
    long window = reduction.windowBytes();
    assertThat(reduction.onAck(0, 16 * MSS, 10 * MSS, MSS, false)).isEqualTo(window - 16 * MSS);
    reduction.onSent(2 * MSS);
    assertThat(reduction.onAck(0, window, 10 * MSS, MSS, false)).isZero();
  }
}
