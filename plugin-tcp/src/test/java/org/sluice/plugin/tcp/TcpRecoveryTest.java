package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.plugin.tcp.TcpWorld.Seen;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.TcpOptions;
import org.sluice.spi.network.Path;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.session.Session;
import org.sluice.testkit.contract.DataPump;

/** Loss and its repair, after the cases of VPP's tcp_tamper, tcp_test and tcp_harness: P07, P08, P10, P11, P15. */
class TcpRecoveryTest {
  private static final int MSS = 1448;

  /** Loses segments of the client's by their order: data sent for the first time, and data sent again. */
  private static final class Losses implements Predicate<Seen> {
    private final Set<Integer> known = new HashSet<>();
    private final IntPredicate first;
    private final IntPredicate again;
    private int firsts;
    private int agains;

    Losses(IntPredicate first, IntPredicate again) {
      this.first = first;
      this.again = again;
    }

    @Override
    public boolean test(Seen s) {
      if (s.from() != TcpWorld.CLIENT || s.length() == 0 && !s.has(TcpHeader.FIN)) {
        return true;
      }
      return known.add(s.seq()) ? !first.test(firsts++) : !again.test(agains++);
    }
  }

  private static TcpWorld world() {
    TcpWorld w = new TcpWorld(1, 0);
    w.network.delay(Duration.ofMillis(10));
    return w.ready(256 << 10).established();
  }

  private static TcpWorld losing(IntPredicate first, IntPredicate again) {
    return world().filter(new Losses(first, again));
  }

  private static void arrived(TcpWorld w, byte[] data) {
    assertThat(w.server.log().received()).isEqualTo(data);
  }

  @Test
  void P10_sack_single_loss_is_mended_in_one_round_trip_and_nothing_else_is_sent_again() {
    TcpWorld w = losing(i -> i == 20, i -> false);
    arrived(w, w.transfer(200_000, Duration.ofSeconds(1)));
    assertThat(w.count("fast-recoveries")).isEqualTo(1);
    assertThat(w.count("retransmitted")).isEqualTo(1);
    assertThat(w.count("timeouts")).isZero();
    assertThat(w.sender(w.client).flow.slowStartThresholdBytes()).isLessThan(Long.MAX_VALUE);
    w.end();
  }

  @Test
  void P10_two_holes_and_a_partial_acknowledgement_are_one_recovery() {
    TcpWorld w = losing(i -> i == 20 || i == 23, i -> false);
    arrived(w, w.transfer(200_000, Duration.ofSeconds(1)));
    assertThat(w.count("fast-recoveries")).isEqualTo(1);
    assertThat(w.count("retransmitted")).isEqualTo(2);
    assertThat(w.count("timeouts")).isZero();
    w.end();
  }

  @Test
  void P08_loss_above_the_recovery_point_begins_another_recovery_when_the_first_one_ends() {
    // 20 is lost; what is sent on the acknowledgements that tell of it is beyond the point, and loses one too.
    TcpWorld w = losing(i -> i == 20 || i == 55, i -> false);
    arrived(w, w.transfer(240_000, Duration.ofSeconds(2)));
    assertThat(w.count("fast-recoveries")).isEqualTo(2);
    assertThat(w.count("retransmitted")).isEqualTo(2);
    assertThat(w.count("timeouts")).isZero();
    w.end();
  }

  @Test
  void P26_a_lost_retransmission_is_found_by_rack_without_the_timer() {
    TcpWorld w = losing(i -> i == 20, i -> i == 0);
    arrived(w, w.transfer(240_000, Duration.ofSeconds(2)));
    assertThat(w.count("retransmitted")).isEqualTo(2);
    assertThat(w.count("timeouts")).isZero();
    w.end();
  }

  @Test
  void P07_a_retransmission_that_is_lost_with_nothing_sent_after_it_is_mended_by_the_timer() {
    TcpWorld w = losing(i -> i == 5, i -> i == 0 || i == 1);
    arrived(w, w.transfer(8 * MSS, Duration.ofSeconds(5)));
    assertThat(w.count("timeouts")).isPositive();
    w.end();
  }

  @Test
  void P26_tail_loss_is_mended_by_a_probe_and_congestion_control_is_told() {
    TcpWorld w = losing(i -> i == 9, i -> false);
    byte[] data = w.transfer(10 * MSS, Duration.ofMillis(150));
    arrived(w, data);
    assertThat(w.count("tail-probes")).isEqualTo(1);
    assertThat(w.count("timeouts")).isZero();
    w.act(w.client, s -> s.write(new byte[100], 0, 100));
    w.advance(Duration.ofMillis(100));
    assertThat(w.sender(w.client).flow.slowStartThresholdBytes()).as("RFC 8985 section 7.4.2")
        .isLessThan(Long.MAX_VALUE);
    w.end();
  }

  @Test
  void P26_a_probe_that_was_not_needed_costs_no_window() {
    TcpWorld w = world();
    w.filter(s -> s.from() == TcpWorld.CLIENT);
    byte[] data = w.transfer(10 * MSS, Duration.ofMillis(45));
    w.filter(s -> true);
    w.advance(Duration.ofSeconds(1));
    arrived(w, data);
    assertThat(w.count("tail-probes")).isEqualTo(1);
    assertThat(w.sender(w.client).flow.slowStartThresholdBytes()).isEqualTo(Long.MAX_VALUE);
    w.end();
  }

  @Test
  void P07_tail_loss_is_mended_by_the_timer_where_the_peer_knows_no_sack() {
    TcpWorld w = new TcpWorld(1, 0).strip(TcpOptions.SACK_PERMITTED);
    w.network.delay(Duration.ofMillis(10));
    w.ready(256 << 10).established().filter(new Losses(i -> i == 9, i -> false));
    arrived(w, w.transfer(10 * MSS, Duration.ofSeconds(2)));
    assertThat(w.count("timeouts")).isEqualTo(1);
    assertThat(w.count("fast-recoveries")).isZero();
    assertThat(w.count("tail-probes")).isZero();
    w.end();
  }

  @Test
  void P07_a_single_lost_segment_is_sent_again_when_the_timer_expires() {
    TcpWorld w = losing(i -> i == 0, i -> false);
    arrived(w, w.transfer(100, Duration.ofSeconds(2)));
    assertThat(w.count("timeouts")).isEqualTo(1);
    w.end();
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, true", "true, true"})
  void P08_a_megabyte_with_1_percent_loss_arrives_without_sack_or_timestamps(boolean sack, boolean stamps) {
    TcpWorld w = new TcpWorld(3, 0).strip(sack ? TcpOptions.SACK_PERMITTED : 0, stamps ? TcpOptions.TIMESTAMPS : 0);
    w.network.delay(Duration.ofMillis(5));
    w.ready(256 << 10).established();
    w.network.loss(0.01);
    DataPump pump = new DataPump(1, 1 << 20, 60_000, s -> {});
    w.client.onWritable(pump);
    w.act(w.client, pump);
    w.advance(Duration.ofSeconds(30));
    arrived(w, pump.data());
    assertThat(w.count("fast-recoveries")).isPositive();
    w.network.loss(0);
    w.end();
  }

  @Test
  void P07_rto_reduces_once_per_event_and_backs_off() {
    TcpWorld w = world();
    w.transfer(100_000, Duration.ofSeconds(1));
    Sender q = w.sender(w.client);
    long rtoUs = q.rtt.rtoUs();
    w.filter(s -> false);
    w.act(w.client, s -> s.write(new byte[50_000], 0, 50_000));
    w.advance(Duration.ofMillis(300));
    assertThat(w.count("timeouts")).isEqualTo(1);
    long threshold = q.flow.slowStartThresholdBytes();
    assertThat(q.flow.windowBytes()).isEqualTo(MSS);
    w.advance(Duration.ofSeconds(2));
    assertThat(w.count("timeouts")).isEqualTo(3);
    assertThat(q.flow.slowStartThresholdBytes()).isEqualTo(threshold);
    assertThat(q.rtt.rtoUs()).isEqualTo(8 * rtoUs);
    w.filter(s -> true);
    w.advance(Duration.ofSeconds(10));
    assertThat(w.server.log().received()).hasSize(150_000);
    assertThat(w.connection(w.client).is(TcpConnection.EPISODE)).as("it is over").isFalse();
    w.end();
  }

  @Test
  void P11_a_timeout_that_a_slow_path_caused_is_undone_by_its_timestamp() {
    TcpWorld w = world();
    w.transfer(100_000, Duration.ofMillis(150));
    long window = w.sender(w.client).flow.windowBytes();
    w.network.delay(Duration.ofMillis(150));
    byte[] more = new byte[20 * MSS];
    w.act(w.client, s -> s.write(more, 0, more.length));
    w.advance(Duration.ofMillis(500));
    assertThat(w.count("timeouts")).isEqualTo(1);
    assertThat(w.count("spurious")).isEqualTo(1);
    assertThat(w.sender(w.client).flow.windowBytes()).isGreaterThanOrEqualTo(window);
    w.end();
  }

  @Test
  void P11_a_recovery_that_reordering_caused_is_undone_by_dsack() {
    TcpWorld w = new TcpWorld(1, 0).strip(TcpOptions.TIMESTAMPS);
    w.network.delay(Duration.ofMillis(10));
    w.ready(256 << 10).established();
    int[] data = new int[1];
    w.filter(s -> {
      boolean slow = s.length() > 0 && data[0]++ == 20;
      w.network.delay(Duration.ofMillis(slow ? 25 : 10));
      return true;
    });
    arrived(w, w.transfer(200_000, Duration.ofSeconds(1)));
    assertThat(w.count("fast-recoveries")).isEqualTo(1);
    assertThat(w.count("dsacks.in")).isEqualTo(1);
    assertThat(w.count("spurious")).isEqualTo(1);
    assertThat(w.sender(w.client).flow.slowStartThresholdBytes()).isEqualTo(Long.MAX_VALUE);
    w.end();
  }

  @Test
  void P11_a_loss_that_was_one_is_not_undone() {
    for (long seed = 1; seed <= 5; seed++) {
      TcpWorld w = new TcpWorld(seed, 0);
      w.network.delay(Duration.ofMillis(10));
      w.ready(256 << 10).established();
      int[] sent = new int[1];
      // Every 19th segment and no acknowledgement is lost, some retransmissions among them.
      w.filter(s -> s.length() == 0 || ++sent[0] % 19 != 0);
      byte[] data = w.transfer(1_000_000, Duration.ofSeconds(20));
      arrived(w, data);
      assertThat(w.count("spurious")).as("seed %d", seed).isZero();
      w.end();
    }
  }

  @Test
  void P15_loss_while_a_fin_is_queued_and_fin_behind_queued_data() {
    TcpWorld w = losing(i -> i == 20, i -> false);
    DataPump pump = new DataPump(1, 200_000, 200_000, Session::shutdown);
    w.client.onWritable(pump);
    w.act(w.client, pump);
    w.advance(Duration.ofSeconds(2));
    arrived(w, pump.data());
    assertThat(w.count("retransmitted")).isEqualTo(1);
    assertThat(w.count("timeouts")).isZero();
    assertThat(w.seen(TcpWorld.CLIENT, TcpHeader.FIN)).hasSize(1).allMatch(Seen::isData);
    assertThat(w.server.log().events()).contains("disconnected");
    w.end();
  }

  @Test
  void P15_a_lost_fin_is_sent_again() {
    TcpWorld w = world();
    int[] fins = new int[1];
    w.filter(s -> !s.has(TcpHeader.FIN) || fins[0]++ > 0);
    w.act(w.client, Session::close);
    w.advance(Duration.ofSeconds(3));
    assertThat(w.server.log().isOver()).isTrue();
    assertThat(w.client.log().isOver()).isTrue();
    w.end();
  }

  @Test
  void P15_the_last_acknowledgement_is_lost_and_repeated() {
    TcpWorld w = world();
    w.act(w.client, Session::close);
    boolean[] lost = new boolean[1];
    w.filter(s -> {
      boolean last = s.from() == TcpWorld.CLIENT && s.is(TcpHeader.ACK) && s.length() == 0
          && !w.seen(TcpWorld.SERVER, TcpHeader.FIN).isEmpty();
      boolean drop = last && !lost[0];
      lost[0] |= drop;
      return !drop;
    });
    w.advance(Duration.ofSeconds(5));
    assertThat(lost[0]).isTrue();
    assertThat(w.seen(TcpWorld.SERVER, TcpHeader.FIN)).hasSizeGreaterThan(1);
    assertThat(w.server.log().isOver()).isTrue();
    w.end();
  }

  @Test
  void P09_segments_become_smaller_with_the_path_and_those_in_flight_are_sent_again_at_no_cost() {
    TcpWorld w = world();
    w.filter(s -> s.length() <= 1000);
    w.act(w.client, s -> s.write(new byte[30_000], 0, 30_000));
    w.advance(Duration.ofMillis(15));
    TcpConnection c = w.connection(w.client);
    w.act(w.client, s -> c.home.onPathMtu(c, 1000));
    w.advance(Duration.ofSeconds(1));
    assertThat(w.server.log().received()).hasSize(30_000);
    assertThat(c.mss).isEqualTo(1000 - 20 - 20 - TcpHeaders.TIMESTAMPS_BYTES);
    assertThat(w.sender(w.client).flow.slowStartThresholdBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(w.count("timeouts")).isZero();
    w.end();
  }

  @Test
  void P07_a_connection_outlives_a_time_without_frames() {
    TcpWorld w = new TcpWorld(1, 0).ready(64 << 10);
    w.network.delay(Duration.ofMillis(10)).frames(256);
    w.established();
    w.filter(segment -> !segment.isData());
    w.act(w.client, session -> session.write(new byte[1000], 0, 1000));
    w.advance(Duration.ofMillis(5));
    w.filter(segment -> true);
    Path path = Objects.requireNonNull(w.connection(w.client).path).path();
    PacketBatch taken = new PacketBatch(256);
    w.act(w.client, session -> {
      while (path.allocate(taken, 1) > 0) {
        assertThat(taken.size()).isLessThanOrEqualTo(256);
      }
    });
    w.advance(Duration.ofMinutes(2));
    assertThat(w.count("no-frames")).as("it tried").isGreaterThan(9);
    assertThat(w.client.log().events()).doesNotContain("reset");
    w.act(w.client, session -> {
      for (int i = 0; i < taken.size(); i++) {
        taken.pool(i).release(taken.offset(i));
      }
    });
    w.advance(Duration.ofSeconds(3));
    assertThat(w.server.log().received()).hasSize(1000);
    w.end();
  }
}
