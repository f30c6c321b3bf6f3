package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.session.Session;
import org.sluice.testkit.contract.DataPump;

/** What SYNs cost, and SYN cookies: P04, P21, RFC 4987. */
class TcpFloodTest {
  private static final int SOURCES = 1_000_000;
  private static final int BURST = 200;
  private static final int SYN_ACK = TcpHeader.SYN | TcpHeader.ACK;

  private static Map<String, Object> settings(int backlog, String cookies) {
    Map<String, Object> settings = Settings.with("limit.syn-backlog", backlog);
    settings.put("syn-cookies", cookies);
    return settings;
  }

  @Test
  void defect_15_a_million_SYNs_of_a_million_sources_cost_nothing_and_a_client_connects_meanwhile() {
    TcpWorld w = new TcpWorld(1, 0, settings(100, "over-backlog"));
    w.network.endless();
    w.ready(8 << 10);
    int fifos = w.simulation.fifos();
    IpAddress server = IpAddress.parse(TcpWorld.SERVER_ADDRESS);
    flood(w, server, 0, SOURCES / 4);
    long before = usedBytes();
    for (int quarter = 1; quarter < 4; quarter++) {
      flood(w, server, quarter * (SOURCES / 4), SOURCES / 4);
      w.connect(quarter);
      w.simulation.run();
      assertThat(TcpWorld.answers(w.client)).hasSize(quarter).last().asString().isEqualTo("connected " + quarter);
      assertThat(w.simulation.get(0, () -> w.transport.worker(0).listen.pending())).isEqualTo(100);
      assertThat(w.simulation.get(0, () -> w.transport.worker(0).paths.size())).isLessThan(2000);
    }
    assertThat(usedBytes() - before).as("bytes kept of 750 000 SYNs").isLessThan(4 << 20);
    assertThat(w.simulation.fifos() - fifos).as("of three clients on both sides").isEqualTo(12);
    assertThat(w.count("cookies.sent")).isEqualTo(SOURCES - 100 + 3);
    assertThat(w.count("cookies.accepted")).isEqualTo(3);
    w.advance(Duration.ofMinutes(2));
    assertThat(w.simulation.get(0, () -> w.transport.worker(0).listen.pending())).isZero();
    w.end();
  }

  private static void flood(TcpWorld w, IpAddress server, int from, int count) {
    for (int i = from; i < from + count; i++) {
      IpAddress source = IpAddress.ofIp4(0x14000000L + i);
      new Stranger(w, source, 1024 + i % 60_000, server, 80, TcpWorld.SERVER).send(TcpHeader.SYN, i * 7, 0, 0);
      if (i % BURST == 0) {
        w.simulation.run();
      }
    }
    w.simulation.run();
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void P21_cookies_keep_what_the_peer_offers_when_it_echoes_timestamps() {
    TcpWorld w = new TcpWorld(1, 2, settings(1, "always"));
    w.network.delay(Duration.ofMillis(5));
    DataPump up = new DataPump(1, 200_000, 20_000, Session::close);
    w.client.onWritable(up);
    w.ready(128 << 10).established();
    TcpConnection server = w.connection(w.server);
    assertThat(server.is(TcpConnection.TIMESTAMPS)).isTrue();
    assertThat(server.is(TcpConnection.SACK)).isTrue();
    assertThat((int) server.sndScale).isEqualTo(7);
    assertThat((int) server.rcvScale).isEqualTo(7);
    assertThat(server.mss).isEqualTo(1460 - TcpHeaders.TIMESTAMPS_BYTES);
    assertThat(w.transport.worker(1).listen.pending() + w.transport.worker(2).listen.pending()).isZero();
    w.act(w.client, up);
    w.advance(Duration.ofSeconds(2));
    assertThat(Arrays.equals(w.server.log().received(), up.data())).isTrue();
    assertThat(w.count("cookies.sent")).isEqualTo(1);
    assertThat(w.count("retransmitted")).isZero();
    w.end();
  }

  @Test
  void P21_without_timestamps_a_cookie_keeps_the_segment_size_alone() {
    TcpWorld w = new TcpWorld(1, 0, settings(1, "always"));
    w.network.endless();
    w.ready(8 << 10);
    w.filter(s -> false);
    Stranger peer = Stranger.toServer(w, 5000);
    byte[] options = {2, 4, 1300 >> 8, (byte) 1300, 3, 3, 5, 1, 4, 2, 1, 1};
    peer.send(TcpHeader.SYN, 999, 0, 0, options).run();
    assertThat(w.seen(TcpWorld.SERVER, SYN_ACK)).hasSize(1).allMatch(s -> s.ack() == 1000);
    peer.send(TcpHeader.ACK, 1000, w.seen.getFirst().seq() + 1, 100).run();
    assertThat(w.server.log().received()).hasSize(100);
    TcpConnection server = w.connection(w.server);
    assertThat(server.mss).isEqualTo(1220);
    assertThat(server.is(TcpConnection.SACK | TcpConnection.TIMESTAMPS)).isFalse();
    assertThat((int) server.sndScale).isZero();
    assertThat((int) server.rcvScale).isZero();
    w.end();
  }

  @Test
  void P21_a_cookie_that_was_not_given_or_is_too_old_makes_nothing() {
    TcpWorld w = new TcpWorld(1, 0, settings(1, "always"));
    w.ready(8 << 10);
    Stranger peer = Stranger.toServer(w, 5000);
    peer.send(TcpHeader.ACK, 1000, 77, 10).run();
    assertThat(w.count("cookies.invalid")).as("none was given: nothing is looked at").isZero();
    peer.send(TcpHeader.SYN, 999, 0, 0).run();
    int cookie = w.seen(TcpWorld.SERVER, SYN_ACK).getFirst().seq();
    for (int i = 2; i < 200; i++) {
      peer.send(TcpHeader.ACK, 1000, cookie + i, 0).run();
    }
    assertThat(w.count("cookies.invalid")).isEqualTo(198);
    assertThat(w.server.logs()).isEmpty();
    w.advance(Duration.ofSeconds(135));
    peer.send(TcpHeader.ACK, 1000, cookie + 1, 0).run();
    assertThat(w.server.logs()).isEmpty();
    w.end();
  }

  @Test
  void P21_cookies_let_clients_in_when_the_backlog_is_full_and_off_does_not() {
    for (String mode : new String[] {"over-backlog", "off"}) {
      TcpWorld w = new TcpWorld(1, 0, settings(2, mode));
      w.network.endless();
      w.ready(8 << 10);
      flood(w, IpAddress.parse(TcpWorld.SERVER_ADDRESS), 1, 2);
      w.connect(1);
      w.advance(Duration.ofMillis(100));
      assertThat(TcpWorld.answers(w.client)).as(mode).hasSize(mode.equals("off") ? 0 : 1);
      assertThat(w.count("limit.syn-backlog")).isPositive();
      w.end();
    }
  }

  @Test
  void P04_SYN_ACKs_are_sent_again_some_times_each_after_twice_as_long() {
    TcpWorld w = new TcpWorld(1, 0, Settings.with("rto.max", Duration.ofSeconds(4)));
    w.network.endless();
    w.ready(8 << 10);
    Stranger.toServer(w, 5000).send(TcpHeader.SYN, 1, 0, 0);
    w.filter(s -> false);
    w.advance(Duration.ofMinutes(3));
    long first = w.seen.getFirst().atMs();
    assertThat(w.seen(TcpWorld.SERVER, SYN_ACK)).extracting(s -> (s.atMs() - first + 50) / 1000)
        .containsExactly(0L, 1L, 3L, 7L, 11L);
    assertThat(w.count("listen.timeouts")).isEqualTo(1);
    w.end();
  }
}
