package org.sluice.plugin.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RackTlpTest {
  private static final int MSS = 100;
  private static final long RTT = 40_000;
  private static final long NO_ECHO = Long.MAX_VALUE;

  private final SentSegments segments = new SentSegments(64);
  private final RackTlp rack = new RackTlp();
  private final DeliveryRate rate = new DeliveryRate();

  @BeforeEach
  void tenSegmentsOneMillisecondApart() {
    segments.reset(0);
    segments.segmentBytes(MSS);
    rack.reset(0);
    for (int i = 0; i < 10; i++) {
      segments.append(MSS, i * 1_000L);
    }
  }

  private long sacked(long now, long echo, boolean recovery, int... numbers) {
    rack.begin(now, RTT, echo);
    for (int n : numbers) {
      segments.sack(n * MSS, (n + 1) * MSS, rack, rate);
    }
    return rack.detectLoss(segments, segments.leftOf(0), RTT, recovery);
  }

  private String lost() {
    StringBuilder text = new StringBuilder();
    for (int p = 0; p < segments.count(); p++) {
      text.append(segments.isLost(p) ? "L" : segments.isSacked(p) ? "S" : ".");
    }
    return text.toString();
  }

  @Test
  void P26_RFC8985_6_2_before_three_sacks_a_reordering_window_of_a_quarter_round_trip_has_to_pass() {
    long timeout = sacked(2_000 + RTT, NO_ECHO, false, 2);
    assertThat(lost()).isEqualTo("..S.......");
    // The younger of the two that are missing: 1 ms + RTT + RTT / 4 - now.
    assertThat(timeout).isEqualTo(RTT / 4 - 1_000);
    rack.beginTimer(2_000 + RTT + timeout);
    assertThat(rack.detectLoss(segments, 0, RTT, false)).isZero();
    assertThat(lost()).isEqualTo("LLS.......");
    assertThat(rack.newlyLostBytes()).isEqualTo(2 * MSS);
  }

  @Test
  void P26_RFC8985_6_2_three_sacks_make_it_certain_at_once_while_no_reordering_was_seen() {
    sacked(4_000 + RTT, NO_ECHO, false, 2, 3, 4);
    assertThat(lost()).isEqualTo("LLSSS.....");
  }

  @Test
  void P26_RFC8985_6_2_in_recovery_one_is_enough_while_no_reordering_was_seen() {
    sacked(2_000 + RTT, NO_ECHO, true, 2);
    assertThat(lost()).isEqualTo("LLS.......");
  }

  @Test
  void P26_RFC8985_6_2_once_reordering_was_seen_the_window_is_there_always() {
    sacked(5_000 + RTT, NO_ECHO, false, 5);
    sacked(5_100 + RTT, NO_ECHO, false, 4);
    assertThat(rack.isReorderingSeen()).isTrue();
    assertThat(sacked(6_000 + RTT, NO_ECHO, true, 6)).isPositive();
    assertThat(lost()).isEqualTo("....SSS...");
  }

  @Test
  void P26_RFC8985_6_2_what_was_sent_in_the_same_instant_goes_by_sequence() {
    segments.reset(0);
    for (int i = 0; i < 5; i++) {
      segments.append(MSS, 7);
    }
    sacked(RTT, NO_ECHO, true, 2);
    assertThat(lost()).isEqualTo("LLS..");
  }

  @Test
  void P26_RFC8985_6_2_a_lost_retransmission_is_found_by_what_was_sent_after_it() {
    sacked(4_000 + RTT, NO_ECHO, false, 1, 2, 3);
    assertThat(lost()).isEqualTo("LSSS......");
    segments.resent(0, 5_000 + RTT);
    segments.append(MSS, 6_000 + RTT);
    assertThat(segments.nextLost()).isEqualTo(-1);
    sacked(6_000 + 2 * RTT, NO_ECHO, true, 4, 5, 6, 7, 8, 9, 10);
    assertThat(segments.nextLost()).isZero();
    assertThat(rack.newlyLostBytes()).isEqualTo(MSS);
  }

  @Test
  void P26_RFC8985_6_2_a_retransmission_whose_original_was_answered_says_nothing() {
    sacked(4_000 + RTT, NO_ECHO, false, 1, 2, 3);
    segments.resent(0, 30_000 + RTT);
    rack.begin(31_000 + RTT, RTT, NO_ECHO);
    segments.acknowledge(MSS, rack, rate);
    rack.detectLoss(segments, MSS, RTT, true);
    assertThat(lost()).as("a round trip below the smallest is the original's").isEqualTo("SSS......");
    assertThat(rack.rttSampleUs()).isEqualTo(-1);
  }

  @Test
  void P26_RFC8985_6_2_nor_does_one_whose_echo_is_older_than_it() {
    sacked(4_000 + RTT, NO_ECHO, false, 1, 2, 3);
    segments.resent(0, 50_000);
    rack.begin(50_000 + 2 * RTT, RTT, 49_000);
    segments.acknowledge(MSS, rack, rate);
    rack.detectLoss(segments, MSS, RTT, true);
    assertThat(lost()).isEqualTo("SSS......");
    setUpAgain();
    rack.begin(50_000 + 2 * RTT, RTT, 50_999);
    segments.acknowledge(MSS, rack, rate);
    rack.detectLoss(segments, MSS, RTT, true);
    assertThat(lost()).as("with its own echo it proves the rest lost").isEqualTo("SSSLLLLLL");
  }

  private void setUpAgain() {
    tenSegmentsOneMillisecondApart();
    sacked(4_000 + RTT, NO_ECHO, false, 1, 2, 3);
    segments.resent(0, 50_000);
  }

  @Test
  void P11_RFC8985_6_2_each_round_with_a_dsack_widens_the_window_and_sixteen_recoveries_narrow_it() {
    rack.onDsack(1_000);
    rack.onDsack(1_000);
    assertThat(sacked(2_000 + RTT, NO_ECHO, false, 2)).as("twice a quarter").isEqualTo(RTT / 2 - 1_000);
    for (int i = 0; i < 15; i++) {
      rack.onRecovered();
    }
    assertThat(sacked(2_000 + RTT, NO_ECHO, false)).isEqualTo(RTT / 2 - 1_000);
    rack.onRecovered();
    assertThat(sacked(2_000 + RTT, NO_ECHO, false)).isEqualTo(RTT / 4 - 1_000);
  }

  @Test
  void P26_RFC8985_6_2_the_window_is_at_most_a_smoothed_round_trip() {
    for (int i = 0; i < 10; i++) {
      rack.onDsack(0);
      rack.detectLoss(segments, 0, RTT, false);
    }
    assertThat(sacked(2_000 + RTT, NO_ECHO, false, 2)).isEqualTo(RTT - 1_000);
  }

  @Test
  void P07_RFC8985_6_3_a_timeout_takes_the_oldest_for_lost_and_what_was_out_for_a_round_trip() {
    sacked(1_000 + RTT, NO_ECHO, false, 1);
    rack.markLostOnTimeout(segments, RTT, 5_000 + RTT);
    assertThat(lost()).as("no reordering was seen, so no window").isEqualTo("LSLLLL....");
    tenSegmentsOneMillisecondApart();
    rack.markLostOnTimeout(segments, RTT, -1);
    assertThat(lost()).isEqualTo("L.........");
  }

  @Test
  void P07_RFC6298_3_karn_a_round_trip_is_measured_by_what_was_sent_once() {
    segments.markLost(0);
    segments.resent(0, 20_000);
    rack.begin(50_000, 0, NO_ECHO);
    segments.acknowledge(MSS, rack, rate);
    assertThat(rack.rttSampleUs()).isEqualTo(-1);
    rack.begin(60_000, 0, NO_ECHO);
    segments.acknowledge(3 * MSS, rack, rate);
    assertThat(rack.rttSampleUs()).isEqualTo(58_000);
  }

  @ParameterizedTest
  @CsvSource({
    // srtt, segments in flight, time to the timeout, expected
    "0, 5, 3000000, 1000000", "0, 5, 900000, 900000", "50000, 5, 300000, 100000",
    "50000, 1, 900000, 300000", "50000, 1, 200000, 200000"
  })
  void P26_RFC8985_7_2_when_a_probe_is_due(long srtt, int flight, long timeout, long expected) {
    assertThat(RackTlp.probeTimeoutUs(srtt, flight, timeout)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    // retransmission, ack, dsack right or 0, bare duplicate, expected
    "false, 999, 0, false, 1", "false, 1000, 0, false, 2",
    "true, 1000, 1000, false, 2", "true, 1000, 900, false, 1", "true, 1000, 0, true, 2", "true, 1000, 0, false, 1",
    "true, 1100, 0, false, 3", "true, 1100, 1000, false, 2"
  })
  void P26_RFC8985_7_4_what_an_acknowledgement_says_of_a_probe(
      boolean again, int ack, int dsackRight, boolean bare, int expected) {
    assertThat(rack.probeAck(ack, 0, false, bare)).isEqualTo(RackTlp.NO_PROBE);
    rack.probeSent(1_000, again);
    assertThat(rack.probeAck(ack, dsackRight, dsackRight != 0, bare)).isEqualTo(expected);
    assertThat(rack.isProbing()).isEqualTo(expected == RackTlp.PROBE_PENDING);
  }
}
