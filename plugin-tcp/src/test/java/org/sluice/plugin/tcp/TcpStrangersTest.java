package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.Endpoint;
import org.sluice.testkit.contract.DataPump;

/** Whoever is not on the path changes nothing: P16, RFC 5961, RFC 5927. */
class TcpStrangersTest {
  private static final int PORT = 5000;
  private static final int[] FLAGS = {TcpHeader.RST, TcpHeader.RST | TcpHeader.ACK, TcpHeader.SYN,
      TcpHeader.SYN | TcpHeader.ACK, TcpHeader.ACK, TcpHeader.ACK | TcpHeader.FIN, TcpHeader.ACK | TcpHeader.PSH};

  private static ConnectOptions fromPort() {
    return ConnectOptions.of(TcpWorld.SERVER_URI).withLocal(Endpoint.of(TcpWorld.CLIENT_ADDRESS, PORT));
  }

  private static TcpWorld bare() {
    TcpWorld w = new TcpWorld(1, 0).ready(64 << 10);
    w.network.delay(Duration.ofMillis(5));
    return w;
  }

  private static TcpWorld established() {
    TcpWorld w = bare();
    w.connect(w.client, fromPort(), 1);
    w.advance(Duration.ofMillis(100));
    assertThat(w.server.logs()).hasSize(1);
    return w;
  }

  @Test
  void P16_nobody_off_the_path_disturbs_a_connection_in_any_state() {
    for (long seed = 1; seed <= 30; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TcpWorld w = new TcpWorld(seed, random.nextInt(3));
      w.network.delay(Duration.ofMillis(5));
      DataPump up = new DataPump(seed, 40_000, 8_000, Session::shutdown);
      DataPump down = new DataPump(~seed, 30_000, 8_000, Session::close);
      w.client.onOpen(up).onWritable(up);
      w.server.onEnd(down).onWritable(down);
      w.ready(8 << 10);
      w.connect(w.client, fromPort(), 1);
      Stranger toClient = Stranger.toClient(w, PORT);
      Stranger toServer = Stranger.toServer(w, PORT);
      for (int ms = 0; ms < 400; ms++) {
        w.advance(Duration.ofMillis(1));
        attack(random, w, toClient, TcpWorld.SERVER);
        if (ms > 15) {
          attack(random, w, toServer, TcpWorld.CLIENT);
        }
      }
      w.advance(Duration.ofSeconds(5));
      assertThat(TcpWorld.answers(w.client)).as("seed %d", seed).containsExactly("connected 1");
      assertThat(Arrays.equals(w.server.log().received(), up.data())).as("seed %d, up", seed).isTrue();
      assertThat(Arrays.equals(w.client.log().received(), down.data())).as("seed %d, down", seed).isTrue();
      assertThat(w.client.log().events()).as("seed %d", seed).doesNotContain("reset");
      assertThat(w.server.log().events()).as("seed %d", seed).doesNotContain("reset");
      assertThat(w.count("icmp.soft") + w.count("icmp.too-big") + w.count("icmp.connects")).isZero();
      w.end();
    }
  }

  /** Any number is a guess, and now and then it is a good one: within the window, but not the next. */
  private static void attack(SplittableRandom random, TcpWorld w, Stranger stranger, int pretended) {
    for (int i = 0; i < 3; i++) {
      stranger.send(FLAGS[random.nextInt(FLAGS.length)], random.nextInt(), random.nextInt(),
          random.nextInt(3) == 0 ? random.nextInt(1000) : 0);
    }
    w.seen.stream().filter(s -> s.from() == pretended).mapToInt(s -> s.seq() + s.length())
        .reduce((a, b) -> b - a > 0 ? b : a).ifPresent(sent -> stranger.send(FLAGS[random.nextInt(FLAGS.length)],
            sent + random.nextInt(2, 4_000), random.nextInt(), 0));
    IcmpError.Kind[] kinds = IcmpError.Kind.values();
    stranger.error(random.nextInt(w.simulation.stack().workers().count()), kinds[random.nextInt(kinds.length)],
        random.nextInt(), 300);
  }

  @Test
  void P16_RFC5961_3_a_reset_counts_only_at_the_next_sequence_number() {
    TcpWorld w = established();
    TcpConnection server = w.connection(w.server);
    Stranger stranger = Stranger.toServer(w, PORT);
    int next = server.rcvNxt;
    stranger.send(TcpHeader.RST, next + 1, 0, 0).send(TcpHeader.RST, next - 1, 0, 0)
        .send(TcpHeader.RST, next + server.receiveWindow(), 0, 0).run();
    assertThat(w.server.log().events()).doesNotContain("reset");
    assertThat(w.count("challenge-acks")).as("within the window, not beside it").isEqualTo(1);
    stranger.send(TcpHeader.RST, next - 100, 0, 1000).run();
    assertThat(w.server.log().events()).as("payload does not make up for the place").doesNotContain("reset");
    stranger.send(TcpHeader.RST, next, 0, 0).run();
    assertThat(w.server.log().events()).contains("reset");
    w.end();
  }

  @Test
  void what_follows_a_reset_in_the_same_burst_is_for_nobody() {
    TcpWorld w = established();
    TcpConnection server = w.connection(w.server);
    server.off(TcpConnection.TIMESTAMPS);
    int next = server.rcvNxt;
    int acked = server.sndNxt;
    int before = w.seen.size();
    Stranger.toServer(w, PORT).send(TcpHeader.ACK, next, acked, 10).send(TcpHeader.RST, next + 10, 0, 0)
        .send(TcpHeader.ACK, next + 10, acked, 10).send(TcpHeader.ACK, next + 20, acked, 10).run();
    assertThat(w.server.log().received()).as("what came before").hasSize(10);
    assertThat(w.server.log().events()).contains("reset");
    assertThat(w.seen.subList(before, w.seen.size())).as("and what came behind is refused")
        .extracting(TcpWorld.Seen::flags).containsExactly(TcpHeader.RST, TcpHeader.RST);
    w.end();
  }

  @Test
  void a_burst_of_segments_of_several_connections_in_turn_reaches_each() {
    TcpWorld w = bare();
    w.connect(w.client, fromPort(), 1);
    w.connect(w.client, ConnectOptions.of(TcpWorld.SERVER_URI), 2);
    w.advance(Duration.ofMillis(100));
    List<TcpConnection> servers = w.connections(w.server);
    servers.forEach(server -> server.off(TcpConnection.TIMESTAMPS));
    List<Stranger> peers = servers.stream().map(server -> Stranger.toServer(w, server.remotePort())).toList();
    int[] next = servers.stream().mapToInt(server -> server.rcvNxt).toArray();
    for (int i = 0; i < 6; i++) {
      int which = i / 2 % 2;
      peers.get(which).send(TcpHeader.ACK, next[which], servers.get(which).sndNxt, 10 + which);
      next[which] += 10 + which;
    }
    peers.getFirst().run();
    assertThat(w.server.logs()).extracting(log -> log.received().length).containsExactly(40, 22);
    w.end();
  }

  @Test
  void P16_RFC5961_4_a_SYN_is_challenged_wherever_it_stands() {
    TcpWorld w = established();
    TcpConnection server = w.connection(w.server);
    int timestamps = w.seen.size();
    Stranger stranger = Stranger.toServer(w, PORT);
    server.off(TcpConnection.TIMESTAMPS);
    for (int distance : new int[] {-100_000, -1, 0, 1, 100_000}) {
      stranger.send(TcpHeader.SYN, server.rcvNxt + distance, 0, 10).run();
    }
    assertThat(w.seen.size() - timestamps).as("an acknowledgement for each").isEqualTo(5);
    assertThat(w.seen.subList(timestamps, w.seen.size())).allMatch(s -> s.is(TcpHeader.ACK));
    assertThat(w.server.log().events()).doesNotContain("reset");
    assertThat(server.state).isEqualTo(TcpState.ESTABLISHED);
    w.end();
  }

  @Test
  void P16_RFC5961_5_data_with_an_acknowledgement_out_of_range_is_not_taken() {
    TcpWorld w = established();
    TcpConnection server = w.connection(w.server);
    server.off(TcpConnection.TIMESTAMPS);
    Stranger stranger = Stranger.toServer(w, PORT);
    stranger.send(TcpHeader.ACK, server.rcvNxt, server.sndNxt + 1, 100).run();
    stranger.send(TcpHeader.ACK, server.rcvNxt, server.sndUna - server.maxSndWnd - 1, 100).run();
    assertThat(w.server.log().received()).isEmpty();
    assertThat(w.count("drop.ack")).isEqualTo(2);
    assertThat(w.count("challenge-acks")).isEqualTo(2);
    stranger.send(TcpHeader.ACK, server.rcvNxt, server.sndUna, 100).run();
    assertThat(w.server.log().received()).as("by who knows both numbers").hasSize(100);
    w.end();
  }

  @Test
  void P16_RFC5961_7_challenges_have_a_limit() {
    TcpWorld w = new TcpWorld(1, 0, Settings.with("limit.challenge-acks", 10)).ready(64 << 10);
    w.connect(w.client, fromPort(), 1);
    w.advance(Duration.ofMillis(1500));
    TcpConnection server = w.connection(w.server);
    Stranger stranger = Stranger.toServer(w, PORT);
    for (int i = 0; i < 100; i++) {
      stranger.send(TcpHeader.RST, server.rcvNxt + 1, 0, 0).run();
    }
    assertThat(w.count("challenge-acks")).isBetween(5L, 15L);
    assertThat(w.count("limit.challenge-acks")).isEqualTo(100 - w.count("challenge-acks"));
    w.advance(Duration.ofSeconds(1));
    stranger.send(TcpHeader.RST, server.rcvNxt + 1, 0, 0).run();
    assertThat(w.count("limit.challenge-acks")).as("there is a new second").isLessThanOrEqualTo(95);
    w.end();
  }

  @Test
  void P16_RFC9293_3_10_7_4_a_handshake_of_a_peer_survives_foreign_segments() {
    TcpWorld w = bare();
    w.filter(s -> s.has(TcpHeader.SYN));
    w.connect(w.client, fromPort(), 1);
    w.advance(Duration.ofMillis(12));
    int irs = w.seen.getFirst().seq();
    Stranger stranger = Stranger.toServer(w, PORT);
    stranger.send(TcpHeader.SYN, irs + 5000, 0, 0).send(TcpHeader.RST, irs + 2, 0, 0)
        .send(TcpHeader.RST, irs + 100_000, 0, 0).run();
    assertThat(w.count("challenge-acks")).as("for the SYN and the RST within the window").isEqualTo(2);
    w.filter(s -> true);
    w.advance(Duration.ofSeconds(2));
    assertThat(TcpWorld.answers(w.client)).containsExactly("connected 1");
    assertThat(w.server.logs()).hasSize(1);
    w.end();
  }

  @Test
  void P16_a_foreign_SYN_does_not_keep_a_refusal_back() {
    TcpWorld w = new TcpWorld(1, 0).attach(8 << 10);
    w.network.delay(Duration.ofMillis(5));
    w.connect(w.client, fromPort(), 1);
    Stranger.toClient(w, PORT).send(TcpHeader.SYN, 1234, 0, 0).run();
    w.advance(Duration.ofMillis(20));
    assertThat(TcpWorld.answers(w.client)).singleElement().asString().contains("REFUSED");
    w.end();
  }

  @Test
  void P06_RFC1337_a_reset_does_not_end_TIME_WAIT_and_a_foreign_SYN_neither() {
    TcpWorld w = established();
    w.client.onEnd(Session::close);
    w.act(w.server, Session::close);
    w.advance(Duration.ofMillis(200));
    assertThat(w.count("time-waits")).isEqualTo(1);
    int next = w.seen(TcpWorld.CLIENT, TcpHeader.FIN).getFirst().seq() + 1;
    Stranger stranger = Stranger.toServer(w, PORT);
    for (int distance : new int[] {-100_000, -1, 0}) {
      stranger.send(TcpHeader.SYN, next + distance, 0, 0).run();
    }
    for (int distance : new int[] {-1, 0, 1, 100_000}) {
      stranger.send(TcpHeader.RST, next + distance, 0, 0).run();
    }
    w.advance(Duration.ofSeconds(1));
    assertThat(w.seen(TcpWorld.SERVER, TcpHeader.SYN)).as("the one of the connection that was").hasSize(1);
    assertThat(w.transport.inUse()).as("the listener and TIME_WAIT").isEqualTo(2);
    w.end();
  }

  @Test
  void P06_RFC6191_a_new_connection_begins_above_the_numbers_of_the_last_one() {
    TcpWorld w = new TcpWorld(1, 0);
    w.network.delay(Duration.ofMillis(5));
    w.server.onOpen(s -> {
      s.write(new byte[100_000], 0, 100_000);
      s.close();
    });
    w.client.onEnd(Session::close);
    w.ready(128 << 10);
    for (int i = 1; i <= 3; i++) {
      int before = w.seen.size();
      w.connect(w.client, fromPort(), i);
      w.advance(Duration.ofMillis(150));
      assertThat(TcpWorld.answers(w.client)).hasSize(i).last().asString().isEqualTo("connected " + i);
      if (i > 1) {
        int last = w.seen.subList(0, before).stream().filter(s -> s.from() == TcpWorld.SERVER)
            .mapToInt(s -> s.seq() + s.length()).reduce(0, (a, b) -> a == 0 || b - a > 0 ? b : a);
        TcpWorld.Seen first = w.seen.subList(before, w.seen.size()).stream()
            .filter(s -> s.from() == TcpWorld.SERVER && s.has(TcpHeader.SYN)).findFirst().orElseThrow();
        assertThat(first.seq() - last).isPositive();
      }
    }
    w.end();
  }

  @Test
  void RFC5927_an_unreachable_peer_ends_a_connect_when_the_number_is_right() {
    for (IcmpError.Kind kind : new IcmpError.Kind[] {IcmpError.Kind.HOST_UNREACHABLE,
        IcmpError.Kind.PORT_UNREACHABLE, IcmpError.Kind.PROHIBITED}) {
      for (int worker = 0; worker < 3; worker++) {
        TcpWorld w = new TcpWorld(worker, 2).filter(s -> false).ready(8 << 10);
        w.connect(w.client, fromPort(), 1);
        w.advance(Duration.ofMillis(5));
        int iss = w.seen.getFirst().seq();
        Stranger stranger = Stranger.toClient(w, PORT).error(worker, kind, iss + 1, 0);
        stranger.run();
        assertThat(TcpWorld.answers(w.client)).isEmpty();
        stranger.error(worker, IcmpError.Kind.TIME_EXCEEDED, iss, 0).run();
        assertThat(TcpWorld.answers(w.client)).isEmpty();
        stranger.error(worker, kind, iss, 0).run();
        assertThat(TcpWorld.answers(w.client)).hasSize(1);
        assertThat(w.count("icmp.connects")).isEqualTo(1);
        assertThat(w.simulation.stack().sessions().localEndpoints().inUse()).as("the listener's").isEqualTo(1);
        w.end();
      }
    }
  }

  @Test
  void RFC5927_hard_errors_are_soft_for_an_established_connection_and_large_segments_become_smaller() {
    for (int worker = 0; worker < 3; worker++) {
      TcpWorld w = new TcpWorld(2, 2, Settings.with("pacing", false));
      w.network.delay(Duration.ofMillis(5));
      w.ready(64 << 10);
      w.connect(w.client, fromPort(), 1);
      w.advance(Duration.ofMillis(100));
      TcpConnection client = w.connection(w.client);
      w.act(w.client, s -> s.write(new byte[5000], 0, 5000));
      w.advance(Duration.ofMillis(1));
      assertThat(client.flight()).isEqualTo(5000);
      int mss = client.mss;
      Stranger stranger = Stranger.toClient(w, PORT);
      for (IcmpError.Kind kind : IcmpError.Kind.values()) {
        stranger.error(worker, kind, client.sndUna - 1, 1000).error(worker, kind, client.sndNxt, 1000).run();
      }
      assertThat(w.count("icmp.ignored")).isEqualTo(2L * IcmpError.Kind.values().length);
      assertThat(client.mss).isEqualTo(mss);
      stranger.error(worker, IcmpError.Kind.PORT_UNREACHABLE, client.sndUna, 0).run();
      assertThat(w.client.log().events()).doesNotContain("reset");
      stranger.error(worker, IcmpError.Kind.PACKET_TOO_BIG, client.sndUna, 1000).run();
      assertThat(client.mss).isEqualTo(1000 - 20 - 20 - 12);
      stranger.error(worker, IcmpError.Kind.PACKET_TOO_BIG, client.sndUna, 68).run();
      assertThat(client.mss).as("nobody needs it to be that small").isEqualTo(552 - 20 - 20 - 12);
      stranger.error(worker, IcmpError.Kind.PACKET_TOO_BIG, client.sndUna, 1400).run();
      assertThat(client.mss).as("it never grows by it").isEqualTo(552 - 20 - 20 - 12);
      assertThat(Handle.worker(w.client.log().session().handle())).isPositive();
      w.advance(Duration.ofSeconds(1));
      assertThat(w.server.log().received()).hasSize(5000);
      w.end();
    }
  }
}
