package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.session.Session;
import org.sluice.testkit.contract.DataPump;

/** Data, windows and retransmission: P07, P08, P14. */
class TcpDataTest {
  private static final int MEGABYTE = 1 << 20;

  @Test
  void a_megabyte_each_way_arrives_whole() {
    TcpWorld w = new TcpWorld(1, 2);
    w.network.delay(Duration.ofMillis(10));
    DataPump up = new DataPump(1, MEGABYTE, 20_000, s -> {});
    DataPump down = new DataPump(2, MEGABYTE, 20_000, s -> {});
    w.client.onOpen(up).onWritable(up);
    w.server.onOpen(down).onWritable(down);
    w.ready(128 << 10).established();
    w.advance(Duration.ofSeconds(5));
    assertThat(w.server.log().received()).isEqualTo(up.data());
    assertThat(w.client.log().received()).isEqualTo(down.data());
    assertThat(w.count("retransmitted")).isZero();
    w.end();
  }

  @Test
  void P09_segments_are_as_large_as_the_path_lets_them_be() {
    TcpWorld w = new TcpWorld(1, 0);
    w.network.mtu(9000);
    w.ready(64 << 10).established();
    w.act(w.client, s -> s.write(new byte[40_000], 0, 40_000));
    w.advance(Duration.ofSeconds(1));
    assertThat(w.seen).extracting(TcpWorld.Seen::length).contains(9000 - 20 - 20 - TcpHeaders.TIMESTAMPS_BYTES);
    assertThat(w.server.log().received()).hasSize(40_000);
    w.end();
  }

  @Test
  void P07_a_peer_that_falls_silent_is_given_up_after_eight_timeouts() {
    TcpWorld w = new TcpWorld(1, 0).ready(64 << 10).established();
    w.filter(s -> false);
    w.act(w.client, s -> s.write(new byte[100], 0, 100));
    w.advance(Duration.ofMinutes(10));
    assertThat(w.count("aborts.retransmit")).isEqualTo(1);
    assertThat(w.seen(TcpWorld.CLIENT, TcpHeader.PSH)).as("the first; again without PSH").hasSize(1);
    assertThat(w.count("retransmitted")).isEqualTo(8);
    assertThat(w.client.log().events()).contains("reset");
    w.filter(s -> true);
    w.end();
  }

  @Test
  void P08_a_lost_segment_is_sent_again_by_the_third_duplicate_acknowledgement() {
    TcpWorld w = new TcpWorld(1, 0);
    w.network.delay(Duration.ofMillis(20));
    w.ready(256 << 10).established();
    int[] data = new int[1];
    w.filter(s -> s.length() == 0 || data[0]++ != 1);
    DataPump pump = new DataPump(1, 100_000, 20_000, s -> {});
    w.act(w.client, pump);
    w.advance(Duration.ofSeconds(1));
    assertThat(w.server.log().received()).isEqualTo(pump.data());
    assertThat(w.count("fast-recoveries")).isEqualTo(1);
    assertThat(w.count("timeouts")).isZero();
    assertThat(w.count("retransmitted")).isEqualTo(1);
    w.end();
  }

  @Test
  void P14_a_closed_window_is_probed_and_opens_again_though_the_update_is_lost() {
    TcpWorld w = new TcpWorld(1, 0);
    w.server.onReadable(s -> {});
    DataPump pump = new DataPump(1, 60_000, 20_000, s -> {});
    w.client.onOpen(pump).onWritable(pump);
    w.ready(16 << 10).established();
    w.advance(Duration.ofSeconds(30));
    assertThat(w.seen.getLast().window()).as("closed").isZero();
    assertThat(w.server.log().received()).isEmpty();
    long probes = w.seen(TcpWorld.CLIENT, TcpHeader.ACK).stream().filter(s -> s.length() == 0).count();
    assertThat(probes).isBetween(5L, 30L);
    w.filter(s -> false);
    w.server.onReadable(w.server::readAll);
    w.act(w.server, w.server::readAll);
    w.simulation.run();
    assertThat(w.seen.getLast().window()).as("the update, which is lost").isPositive();
    w.filter(s -> true);
    w.advance(Duration.ofMinutes(2));
    assertThat(w.server.log().received()).isEqualTo(pump.data());
    assertThat(w.client.log().events()).doesNotContain("reset");
    w.end();
  }

  @Test
  void P14_a_peer_that_answers_probes_is_kept_and_one_that_does_not_is_given_up() {
    TcpWorld w = new TcpWorld(1, 0);
    w.server.onReadable(s -> {});
    DataPump pump = new DataPump(1, 60_000, 20_000, s -> {});
    w.client.onOpen(pump).onWritable(pump);
    w.ready(16 << 10).established();
    w.advance(Duration.ofHours(2));
    assertThat(w.client.log().events()).doesNotContain("reset");
    w.filter(s -> false);
    w.advance(Duration.ofMinutes(20));
    assertThat(w.count("aborts.persist")).isEqualTo(1);
    assertThat(w.client.log().events()).contains("reset");
    w.filter(s -> true);
    w.end();
  }

  @Test
  void small_segments_wait_for_acknowledgements_unless_told_otherwise() {
    for (boolean nagle : new boolean[] {true, false}) {
      TcpWorld w = new TcpWorld(1, 0, Settings.with("nagle", nagle));
      w.network.delay(Duration.ofMillis(10));
      w.ready(64 << 10).established();
      for (int i = 0; i < 5; i++) {
        w.act(w.client, s -> s.write(new byte[10], 0, 10));
        w.simulation.run();
      }
      w.advance(Duration.ofMillis(500));
      assertThat(w.seen.stream().filter(s -> s.length() > 0)).hasSize(nagle ? 2 : 5);
      assertThat(w.server.log().received()).hasSize(50);
      w.end();
    }
  }

  @Test
  void acknowledgements_wait_for_a_second_segment_or_40_ms() {
    TcpWorld w = new TcpWorld(1, 0).ready(64 << 10).established();
    w.seen.clear();
    w.act(w.client, s -> s.write(new byte[10], 0, 10));
    w.advance(Duration.ofMillis(100));
    assertThat(w.seen).hasSize(2);
    assertThat(w.seen.get(1).atMs() - w.seen.get(0).atMs()).isBetween(39L, 45L);
    w.end();
  }

  @Test
  void keep_alive_asks_a_silent_peer_and_gives_up_one_that_is_gone() {
    TcpWorld w = new TcpWorld(1, 0, Settings.with("keep-alive.idle", Duration.ofMinutes(10)));
    w.ready(64 << 10).established();
    w.advance(Duration.ofHours(2));
    assertThat(w.client.log().events()).doesNotContain("reset");
    w.filter(s -> false);
    w.advance(Duration.ofMinutes(30));
    assertThat(w.count("aborts.keep-alive")).isEqualTo(2);
    assertThat(w.client.log().events()).contains("reset");
    w.filter(s -> true);
    w.end();
  }

  @Test
  void half_close_lets_the_other_direction_go_on() {
    TcpWorld w = new TcpWorld(1, 0);
    DataPump up = new DataPump(1, 50_000, 20_000, Session::shutdown);
    DataPump down = new DataPump(2, 80_000, 20_000, Session::close);
    w.client.onOpen(up).onWritable(up);
    w.server.onEnd(down).onWritable(down);
    w.ready(32 << 10).established();
    w.advance(Duration.ofSeconds(5));
    assertThat(w.server.log().received()).isEqualTo(up.data());
    assertThat(w.client.log().received()).isEqualTo(down.data());
    assertThat(w.client.log().isOver()).isTrue();
    w.end();
  }
}
