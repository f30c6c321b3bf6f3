package org.sluice.plugin.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sluice.testkit.runtime.AllocatedBytes;

class DeliveryRateTest {
  private static final int MSS = 1_000;
  private static final long RTT = 20_000;
  private static final long START = 5_000_000;

  private final SentSegments segments = new SentSegments(256);
  private final RackTlp rack = new RackTlp();
  private final DeliveryRate rate = new DeliveryRate();
  private int rounds;

  @BeforeEach
  void start() {
    segments.reset(0);
    segments.segmentBytes(MSS);
    rack.reset(0);
    rate.reset();
  }

  private void send(long nowUs) {
    long flight = segments.flightBytes();
    rate.onSent(segments, segments.append(MSS, nowUs), flight);
  }

  private boolean acknowledge(int una, long nowUs) {
    rack.begin(nowUs, RTT, Long.MAX_VALUE);
    rate.begin(nowUs);
    segments.acknowledge(una, rack, rate);
    return rate.end(RTT);
  }

  @Test
  void P18_a_steady_flow_is_sampled_at_its_rate() {
    // One segment per millisecond is sent, and acknowledged a round trip later.
    for (int ms = 0; ms < 200; ms++) {
      if (ms >= 20) {
        assertThat(acknowledge((ms - 19) * MSS, START + ms * 1_000L)).isTrue();
      }
      send(START + ms * 1_000L);
    }
    assertThat((double) rate.bytesPerSecond()).isCloseTo(1_000_000, within(60_000.0));
    assertThat(rate.isAppLimited()).isFalse();
  }

  @Test
  void P18_acknowledgements_that_come_in_a_burst_do_not_inflate_the_rate() {
    // One segment per millisecond is sent; what tells of the first ten is late, what tells of fifty more is not.
    for (int ms = 0; ms < 58; ms++) {
      send(START + ms * 1_000L);
    }
    acknowledge(10 * MSS, START + 58_000);
    send(START + 58_000);
    send(START + 59_000);
    assertThat(acknowledge(60 * MSS, START + 79_000)).isTrue();
    assertThat(rate.bytesPerSecond()).isEqualTo(1_000_000);
  }

  @Test
  void P18_a_sample_over_less_than_a_round_trip_is_none() {
    send(START);
    assertThat(acknowledge(MSS, START + RTT - 1)).isFalse();
    assertThat(rate.bytesPerSecond()).isZero();
  }

  @Test
  void P13_P18_samples_of_what_was_sent_while_the_application_had_no_more_say_so() {
    send(START);
    rate.onAppLimited(segments.flightBytes());
    send(START + 1);
    acknowledge(MSS, START + RTT);
    assertThat(rate.isAppLimited()).as("sent before").isFalse();
    acknowledge(2 * MSS, START + RTT + 1);
    assertThat(rate.isAppLimited()).isTrue();
    send(START + 2 * RTT);
    acknowledge(3 * MSS, START + 3 * RTT);
    assertThat(rate.isAppLimited()).as("what was in flight then is delivered").isFalse();
  }

  @Test
  void P18_a_retransmission_is_sampled_by_its_own_sending() {
    for (int i = 0; i < 4; i++) {
      send(START + i);
    }
    rack.begin(START + RTT, RTT, Long.MAX_VALUE);
    rate.begin(START + RTT);
    segments.sack(MSS, 4 * MSS, rack, rate);
    rate.end(RTT);
    segments.markLost(0);
    long flight = segments.flightBytes();
    segments.resent(0, START + RTT + 10);
    rate.onSent(segments, 0, flight);
    assertThat(acknowledge(4 * MSS, START + 2 * RTT + 10)).isTrue();
    assertThat(rate.bytesPerSecond()).isEqualTo(MSS * 1_000_000L / RTT);
  }

  @Test
  void P18_a_thousand_rounds_of_sending_loss_and_recovery_allocate_nothing() {
    ReceiveRanges ranges = new ReceiveRanges(64);
    assertThat(AllocatedBytes.leastOf(() -> {
      for (int i = 0; i < 1_000; i++) {
        round(ranges);
      }
    })).isZero();
  }

  private void round(ReceiveRanges ranges) {
    long now = START + 2 * RTT * rounds++;
    int una = segments.end();
    for (int i = 0; i < 32; i++) {
      send(now + i);
    }
    rack.begin(now + RTT, RTT, Long.MAX_VALUE);
    rate.begin(now + RTT);
    for (int i = 1; i < 32; i += 2) {
      segments.sack(una + i * MSS, una + (i + 1) * MSS, rack, rate);
      ranges.add(una + i * MSS, una + (i + 1) * MSS, una);
    }
    ranges.blocks(4);
    rack.detectLoss(segments, una, RTT, false);
    for (int p = segments.nextLost(); p >= 0; p = segments.nextLost()) {
      segments.resent(p, now + RTT + 1);
    }
    acknowledge(segments.end(), now + 2 * RTT);
    ranges.advance(segments.end());
  }
}
