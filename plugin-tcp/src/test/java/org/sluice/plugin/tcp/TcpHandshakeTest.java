package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.Endpoint;

/** How connections begin: P01 to P04, simultaneous open. */
class TcpHandshakeTest {
  private static final int SYN_ACK = TcpHeader.SYN | TcpHeader.ACK;

  @Test
  void handshake_makes_a_session_on_both_sides_by_three_segments() {
    TcpWorld w = new TcpWorld(1, 0).ready(64 << 10).connect(1);
    w.advance(Duration.ofMillis(10));
    assertThat(w.seen).extracting(TcpWorld.Seen::flags).containsExactly(TcpHeader.SYN, SYN_ACK, TcpHeader.ACK);
    assertThat(TcpWorld.answers(w.client)).containsExactly("connected 1");
    assertThat(w.server.log().session().remoteEndpoint().address()).hasToString(TcpWorld.CLIENT_ADDRESS);
    assertThat(w.seen.get(2).seq()).isEqualTo(w.seen.get(0).seq() + 1);
    assertThat(w.seen.get(2).ack()).isEqualTo(w.seen.get(1).seq() + 1);
    w.end();
  }

  @Test
  void P01_the_answer_makes_the_session_on_the_worker_it_comes_to() {
    boolean[] elsewhere = new boolean[3];
    for (long seed = 1; seed <= 8; seed++) {
      TcpWorld w = new TcpWorld(seed, 2).ready(64 << 10).established();
      elsewhere[Handle.worker(w.client.log().session().handle())] = true;
      assertThat(w.client.logs()).hasSize(1);
      long[] waiting = w.simulation.await(() -> w.client.context().halfOpens());
      assertThat(waiting).isEmpty();
      w.end();
    }
    assertThat(elsewhere).as("workers 1 and 2, never 0").containsExactly(false, true, true);
  }

  @Test
  void P02_a_SYN_is_sent_again_after_1_s_three_times_and_then_twice_as_late_each_time() {
    TcpWorld w = new TcpWorld(1, 0).filter(s -> false).ready(64 << 10).connect(7);
    long startMs = w.simulation.runtime().clock().elapsedNs() / 1_000_000;
    w.advance(Duration.ofSeconds(59));
    assertThat(TcpWorld.answers(w.client)).isEmpty();
    assertThat(w.seen).extracting(s -> (s.atMs() - startMs + 50) / 1000)
        .containsExactly(0L, 1L, 2L, 3L, 5L, 9L, 17L, 33L);
    assertThat(w.seen).extracting(TcpWorld.Seen::seq).containsOnly(w.seen.getFirst().seq());
    w.advance(Duration.ofSeconds(2));
    assertThat(TcpWorld.answers(w.client)).hasSize(1).first().asString().contains("TIMEDOUT").endsWith(" 7");
    assertThat(w.count("connect.timeouts")).isEqualTo(1);
    assertThat(w.simulation.stack().sessions().localEndpoints().inUse()).as("the listener's").isEqualTo(1);
    w.end();
  }

  @Test
  void P03_a_cancelled_connect_gives_its_port_back() {
    TcpWorld w = new TcpWorld(1, 2).filter(s -> false).ready(64 << 10).connect(1).connect(2);
    w.advance(Duration.ofSeconds(3));
    assertThat(w.simulation.stack().sessions().localEndpoints().inUse()).isEqualTo(3);
    long[] waiting = w.simulation.await(() -> w.client.context().halfOpens());
    w.simulation.await(() -> w.client.context().cancelConnect(waiting[0]));
    assertThat(w.simulation.stack().sessions().localEndpoints().inUse()).isEqualTo(2);
    w.detach(w.client);
    w.advance(Duration.ofMillis(1));
    assertThat(w.simulation.stack().sessions().localEndpoints().inUse()).isEqualTo(1);
    assertThat(TcpWorld.answers(w.client)).isEmpty();
    w.end();
  }

  @Test
  void P03_a_detach_with_100_connects_on_their_way_leaves_nothing() {
    for (int answered = 0; answered < 100; answered += 20) {
      int most = answered;
      TcpWorld w = new TcpWorld(answered, 2).ready(8 << 10);
      w.filter(s -> !s.is(SYN_ACK) || w.seen(TcpWorld.SERVER, SYN_ACK).size() <= most);
      for (int i = 0; i < 100; i++) {
        w.connect(i);
      }
      w.advance(Duration.ofMillis(5));
      assertThat(w.client.logs()).hasSize(answered);
      w.detach(w.client);
      w.end();
    }
  }

  @Test
  void a_connect_to_a_port_that_nobody_listens_on_is_refused() {
    TcpWorld w = new TcpWorld(1, 0).attach(64 << 10).connect(5);
    w.advance(Duration.ofMillis(10));
    assertThat(TcpWorld.answers(w.client)).hasSize(1).first().asString().contains("REFUSED").endsWith(" 5");
    assertThat(w.seen).extracting(TcpWorld.Seen::flags).containsExactly(TcpHeader.SYN, TcpHeader.RST | TcpHeader.ACK);
    assertThat(w.seen.get(1).ack()).isEqualTo(w.seen.get(0).seq() + 1);
    w.end();
  }

  @Test
  void a_reset_with_a_wrong_acknowledgement_does_not_refuse() {
    TcpWorld w = new TcpWorld(1, 0).filter(s -> false).ready(64 << 10);
    w.connect(w.client,
        ConnectOptions.of(TcpWorld.SERVER_URI).withLocal(Endpoint.of(TcpWorld.CLIENT_ADDRESS, 5000)), 5);
    w.advance(Duration.ofMillis(10));
    int iss = w.seen.getFirst().seq();
    Stranger stranger = Stranger.toClient(w, 5000);
    stranger.send(TcpHeader.RST | TcpHeader.ACK, 0, iss, 0).send(TcpHeader.RST | TcpHeader.ACK, 0, iss + 2, 0)
        .send(TcpHeader.RST, 0, iss + 1, 0).run();
    assertThat(TcpWorld.answers(w.client)).isEmpty();
    stranger.send(TcpHeader.RST | TcpHeader.ACK, 0, iss + 1, 0).run();
    assertThat(TcpWorld.answers(w.client)).hasSize(1).first().asString().contains("REFUSED").endsWith(" 5");
    w.end();
  }

  @Test
  void a_damaged_SYN_is_not_answered() {
    TcpWorld w = new TcpWorld(1, 0).attach(64 << 10);
    w.network.corrupt(1);
    w.connect(5);
    w.advance(Duration.ofMillis(500));
    assertThat(TcpWorld.answers(w.client)).isEmpty();
    assertThat(w.count("drop.checksum") + w.count("drop.malformed")).isPositive();
    assertThat(w.seen).allMatch(s -> s.is(TcpHeader.SYN));
    w.network.corrupt(0);
    w.end();
  }

  @Test
  void P04_an_unfinished_handshake_costs_no_session_and_is_forgotten() {
    TcpWorld w = new TcpWorld(1, 0).ready(64 << 10);
    w.filter(s -> s.from() == TcpWorld.SERVER && s.is(SYN_ACK) ? false : s.is(TcpHeader.SYN));
    int before = w.simulation.fifos();
    w.connect(1);
    w.advance(Duration.ofSeconds(20));
    assertThat(w.simulation.fifos()).isEqualTo(before);
    assertThat(w.server.logs()).isEmpty();
    w.detach(w.client);
    w.advance(Duration.ofSeconds(60));
    assertThat(w.count("listen.timeouts")).isPositive();
    w.end();
  }

  private static Map<String, Object> backlog(int handshakes, String synCookies) {
    Map<String, Object> settings = Settings.with("limit.syn-backlog", handshakes);
    settings.put("syn-cookies", synCookies);
    return settings;
  }

  @Test
  void P04_the_backlog_is_bounded() {
    TcpWorld w = new TcpWorld(1, 0, backlog(3, "off")).ready(8 << 10);
    w.filter(s -> !s.is(TcpHeader.ACK));
    for (int i = 0; i < 10; i++) {
      w.connect(i);
    }
    w.advance(Duration.ofMillis(10));
    assertThat(w.seen(TcpWorld.SERVER, SYN_ACK)).hasSize(3);
    assertThat(w.count("limit.syn-backlog")).isEqualTo(7);
    w.filter(s -> true);
    w.advance(Duration.ofSeconds(20));
    assertThat(w.server.logs()).hasSize(10);
    w.end();
  }

  @Test
  void a_lost_SYN_ACK_is_sent_again() {
    TcpWorld w = new TcpWorld(1, 0).ready(64 << 10);
    w.filter(s -> !s.is(SYN_ACK) || w.seen(TcpWorld.SERVER, SYN_ACK).size() > 1);
    w.connect(1);
    w.advance(Duration.ofSeconds(2));
    assertThat(TcpWorld.answers(w.client)).containsExactly("connected 1");
    w.end();
  }

  @Test
  void a_lost_last_acknowledgement_is_made_up_for_by_data() {
    TcpWorld w = new TcpWorld(1, 0).ready(64 << 10);
    w.filter(s -> !s.is(TcpHeader.ACK) || w.seen(TcpWorld.CLIENT, TcpHeader.ACK).size() > 1);
    w.client.onOpen(s -> s.write(new byte[100], 0, 100));
    w.connect(1);
    w.advance(Duration.ofMillis(50));
    assertThat(w.server.log().received()).hasSize(100);
    w.end();
  }

  @Test
  void both_sides_may_connect_to_each_other_at_once() {
    TcpWorld w = new TcpWorld(3, 2).attach(64 << 10);
    w.network.delay(Duration.ofMillis(5));
    Endpoint one = Endpoint.of(TcpWorld.CLIENT_ADDRESS, 5000);
    Endpoint two = Endpoint.of(TcpWorld.SERVER_ADDRESS, 6000);
    w.client.onOpen(s -> s.write("ping".getBytes(StandardCharsets.UTF_8), 0, 4));
    w.server.onOpen(s -> s.write("pong".getBytes(StandardCharsets.UTF_8), 0, 4));
    w.connect(w.client, ConnectOptions.of("tcp", two).withLocal(one), 1);
    w.connect(w.server, ConnectOptions.of("tcp", one).withLocal(two), 2);
    w.advance(Duration.ofMillis(100));
    assertThat(TcpWorld.answers(w.client)).containsExactly("connected 1");
    assertThat(TcpWorld.answers(w.server)).containsExactly("connected 2");
    assertThat(w.client.log().received()).asString().isEqualTo("pong");
    assertThat(w.server.log().received()).asString().isEqualTo("ping");
    w.act(w.client, Session::close);
    w.end();
  }

  @Test
  void both_sides_may_connect_to_each_other_though_each_segment_is_lost_once() {
    for (int lost = 0; lost < 6; lost++) {
      int which = lost;
      TcpWorld w = new TcpWorld(lost, 0).attach(64 << 10);
      w.network.delay(Duration.ofMillis(5));
      w.filter(s -> w.seen.size() != which + 1);
      Endpoint one = Endpoint.of(TcpWorld.CLIENT_ADDRESS, 5000);
      Endpoint two = Endpoint.of(TcpWorld.SERVER_ADDRESS, 6000);
      w.connect(w.client, ConnectOptions.of("tcp", two).withLocal(one), 1);
      w.connect(w.server, ConnectOptions.of("tcp", one).withLocal(two), 2);
      w.advance(Duration.ofSeconds(5));
      assertThat(List.of(TcpWorld.answers(w.client), TcpWorld.answers(w.server))).as("segment %d lost", which)
          .containsExactly(List.of("connected 1"), List.of("connected 2"));
      assertThat(w.seen).as("segment %d was sent", which).hasSizeGreaterThan(which);
      w.end();
    }
  }
}
