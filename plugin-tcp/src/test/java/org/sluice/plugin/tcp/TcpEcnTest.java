package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.plugin.tcp.TcpWorld.Seen;
import org.sluice.spi.header.TcpHeader;

/** Explicit congestion notification (RFC 3168): P26. */
class TcpEcnTest {
  private static final int SETUP = TcpHeader.SYN | TcpHeader.ECE | TcpHeader.CWR;

  private static TcpWorld world(String ecn) {
    Map<String, Object> settings = Settings.with("ecn", ecn);
    TcpWorld w = new TcpWorld(1, 0, settings);
    w.network.delay(Duration.ofMillis(10));
    return w.ready(256 << 10);
  }

  @ParameterizedTest
  @CsvSource({"request, true", "accept, false", "off, false"})
  void P26_RFC3168_6_1_1_ecn_is_used_when_both_sides_say_so(String setting, boolean used) {
    TcpWorld w = world(setting).established();
    assertThat(w.seen.get(0).is(SETUP)).isEqualTo(used);
    assertThat(w.seen.get(1).is(TcpHeader.SYN | TcpHeader.ACK | TcpHeader.ECE)).isEqualTo(used);
    assertThat(w.connection(w.client).is(TcpConnection.ECN)).isEqualTo(used);
    assertThat(w.connection(w.server).is(TcpConnection.ECN)).isEqualTo(used);
    w.end();
  }

  @Test
  void P26_RFC3168_6_1_1_1_a_syn_that_is_not_answered_is_sent_again_without() {
    TcpWorld w = world("request");
    w.filter(s -> !s.is(SETUP)).connect(1);
    w.advance(Duration.ofSeconds(2));
    assertThat(TcpWorld.answers(w.client)).containsExactly("connected 1");
    assertThat(w.connection(w.client).is(TcpConnection.ECN)).isFalse();
    w.end();
  }

  @Test
  void P26_RFC3168_6_1_5_new_data_alone_says_that_it_may_be_marked() {
    TcpWorld w = world("request").established();
    int[] data = new int[1];
    w.filter(s -> s.length() == 0 || data[0]++ != 5);
    w.transfer(50_000, Duration.ofSeconds(1));
    assertThat(w.count("retransmitted")).isEqualTo(1);
    assertThat(w.seen.stream().filter(s -> s.ecn() != 0)).hasSize(data[0] - 1);
    assertThat(w.seen.stream().filter(s -> s.ecn() != 0)).allMatch(s -> s.length() > 0);
    w.end();
  }

  @Test
  void P26_RFC3168_6_1_2_a_mark_reduces_the_window_once_per_window_and_costs_no_segment() {
    TcpWorld w = world("request").established();
    w.transfer(60_000, Duration.ofMillis(150));
    long before = w.sender(w.client).flow.windowBytes();
    w.network.mark(1);
    w.act(w.client, s -> s.write(new byte[200_000], 0, 200_000));
    w.advance(Duration.ofMillis(12));
    w.network.mark(0);
    w.advance(Duration.ofMillis(500));
    assertThat(w.count("ecn.reductions")).isEqualTo(1);
    assertThat(w.sender(w.client).flow.slowStartThresholdBytes()).isBetween(before / 2, before);
    assertThat(w.count("retransmitted")).isZero();
    assertThat(w.server.log().received()).hasSize(260_000);
    w.end();
  }

  @Test
  void P26_RFC3168_6_1_3_the_mark_is_echoed_until_the_sender_says_that_it_has_slowed_down() {
    TcpWorld w = world("request").established();
    w.network.mark(1);
    w.transfer(10_000, Duration.ofMillis(200));
    w.network.mark(0);
    assertThat(w.seen.getLast().has(TcpHeader.ECE)).isTrue();
    w.seen.clear();
    w.act(w.client, s -> s.write(new byte[5_000], 0, 5_000));
    w.advance(Duration.ofMillis(200));
    assertThat(w.seen.stream().filter(s -> s.has(TcpHeader.CWR))).as("CWR, on the first new data").hasSize(1);
    assertThat(w.seen.getFirst().has(TcpHeader.CWR)).isTrue();
    assertThat(w.seen.stream().filter(s -> s.from() == TcpWorld.SERVER)).noneMatch(s -> s.has(TcpHeader.ECE));
    assertThat(w.count("ecn.reductions")).isEqualTo(1);
    w.end();
  }

  @Test
  void P26_marks_hold_a_flow_as_losses_would_and_nothing_is_lost() {
    TcpWorld w = world("request").established();
    w.network.mark(0.02);
    byte[] data = w.transfer(2_000_000, Duration.ofSeconds(20));
    assertThat(w.server.log().received()).isEqualTo(data);
    assertThat(w.count("ecn.reductions")).isBetween(5L, 60L);
    assertThat(w.count("retransmitted")).isZero();
    assertThat(w.seen.stream().filter(Seen::isData)).allMatch(s -> s.ecn() != 0);
    w.network.mark(0);
    w.end();
  }
}
