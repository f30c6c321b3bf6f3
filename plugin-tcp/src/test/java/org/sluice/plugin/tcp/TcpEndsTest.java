package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.Endpoint;
import org.sluice.testkit.contract.DataPump;

/** How connections end: P05, P06, P15, P16, P27. */
class TcpEndsTest {
  private static final int FIN_ACK = TcpHeader.FIN | TcpHeader.ACK;

  private static TcpWorld established() {
    TcpWorld w = new TcpWorld(1, 0);
    w.network.delay(Duration.ofMillis(5));
    return w.ready(64 << 10).established();
  }

  private static void soon(TcpWorld w) {
    w.advance(Duration.ofMillis(100));
  }

  @Test
  void P05_the_side_that_closes_first_stays_in_TIME_WAIT_and_the_other_does_not() {
    TcpWorld w = established();
    w.server.onEnd(s -> {});
    TcpConnection client = w.connection(w.client);
    TcpConnection server = w.connection(w.server);
    w.act(w.client, Session::close);
    w.simulation.run();
    assertThat(client.state).isEqualTo(TcpState.FIN_WAIT_1);
    soon(w);
    assertThat(client.state).isEqualTo(TcpState.FIN_WAIT_2);
    assertThat(server.state).isEqualTo(TcpState.CLOSE_WAIT);
    w.act(w.server, Session::close);
    w.simulation.run();
    assertThat(server.state).isEqualTo(TcpState.LAST_ACK);
    soon(w);
    assertThat(w.count("time-waits")).isEqualTo(1);
    assertThat(w.client.log().isOver()).isTrue();
    assertThat(w.server.log().isOver()).isTrue();
    assertThat(w.transport.inUse()).as("the listener and TIME_WAIT").isEqualTo(2);
    w.advance(Duration.ofSeconds(11));
    assertThat(w.transport.inUse()).as("the listener").isEqualTo(1);
    w.end();
  }

  @Test
  void P05_both_may_close_at_once() {
    TcpWorld w = established();
    TcpConnection client = w.connection(w.client);
    w.act(w.client, Session::close);
    w.act(w.server, Session::close);
    w.filter(s -> s.has(TcpHeader.FIN));
    w.advance(Duration.ofMillis(6));
    assertThat(client.state).isEqualTo(TcpState.CLOSING);
    w.filter(s -> true);
    w.advance(Duration.ofSeconds(3));
    assertThat(w.count("time-waits")).isEqualTo(2);
    w.end();
  }

  @Test
  void P05_two_flows_in_TIME_WAIT_do_not_answer_each_other() {
    TcpWorld w = established();
    w.network.duplicate(1);
    w.seen.clear();
    w.act(w.client, Session::close);
    w.act(w.server, Session::close);
    w.advance(Duration.ofMillis(500));
    assertThat(w.count("time-waits")).isEqualTo(2);
    assertThat(w.seen).as("each way a FIN, and an acknowledgement for each of its copies").hasSize(6);
    w.network.duplicate(0);
    w.end();
  }

  @Test
  void P05_a_peer_that_never_closes_is_waited_for_30_s() {
    TcpWorld w = established();
    w.server.onEnd(s -> {});
    w.act(w.client, Session::close);
    w.advance(Duration.ofSeconds(29));
    assertThat(w.client.log().isOver()).isFalse();
    w.advance(Duration.ofSeconds(2));
    assertThat(w.client.log().isOver()).isTrue();
    assertThat(w.count("fin-wait-2.timeouts")).isEqualTo(1);
    assertThat(w.count("resets.in")).isEqualTo(1);
    assertThat(w.server.log().events()).as("it knows of the end").contains("disconnected", "transport closed")
        .doesNotContain("reset");
    w.end();
  }

  @Test
  void P06_a_flow_in_TIME_WAIT_may_begin_anew() {
    TcpWorld w = new TcpWorld(1, 0);
    w.network.delay(Duration.ofMillis(5));
    w.ready(64 << 10);
    ConnectOptions same = ConnectOptions.of(TcpWorld.SERVER_URI).withLocal(Endpoint.of(TcpWorld.CLIENT_ADDRESS, 5000));
    w.server.onOpen(Session::close);
    for (int i = 1; i <= 3; i++) {
      w.connect(w.client, same, i);
      w.advance(Duration.ofMillis(500));
      assertThat(TcpWorld.answers(w.client)).hasSize(i).last().asString().isEqualTo("connected " + i);
    }
    assertThat(w.count("time-waits")).isEqualTo(3);
    w.end();
  }

  @Test
  void P15_a_lost_FIN_is_sent_again() {
    TcpWorld w = established();
    w.filter(s -> !s.has(TcpHeader.FIN) || w.seen(TcpWorld.CLIENT, TcpHeader.FIN).size() > 1);
    w.act(w.client, Session::close);
    w.advance(Duration.ofSeconds(2));
    assertThat(w.client.log().isOver()).isTrue();
    assertThat(w.server.log().events()).contains("disconnected").doesNotContain("reset");
    w.end();
  }

  @Test
  void P15_a_lost_last_acknowledgement_is_given_again_in_TIME_WAIT() {
    TcpWorld w = established();
    w.act(w.client, Session::close);
    w.filter(s -> !(s.from() == TcpWorld.CLIENT && s.is(TcpHeader.ACK))
        || w.seen(TcpWorld.SERVER, FIN_ACK).size() > 1);
    w.advance(Duration.ofSeconds(3));
    assertThat(w.seen(TcpWorld.SERVER, FIN_ACK)).hasSize(2);
    assertThat(w.server.log().isOver()).isTrue();
    assertThat(w.server.log().events()).doesNotContain("reset");
    w.end();
  }

  @Test
  void P15_a_FIN_waits_for_what_is_queued_and_goes_with_the_last_segment() {
    TcpWorld w = established();
    w.server.onReadable(s -> {}).onEnd(w.server::readAll);
    w.act(w.client, s -> {
      s.write(new byte[60_000], 0, 60_000);
      s.close();
    });
    soon(w);
    assertThat(w.seen(TcpWorld.CLIENT, TcpHeader.FIN)).hasSize(1).allMatch(s -> s.length() > 0);
    w.advance(Duration.ofSeconds(10));
    assertThat(w.server.log().received()).hasSize(60_000);
    w.end();
  }

  @Test
  void P16_closing_with_unread_data_resets_the_peer() {
    TcpWorld w = established();
    w.server.onReadable(s -> {});
    w.act(w.client, s -> s.write(new byte[1000], 0, 1000));
    soon(w);
    w.act(w.server, Session::close);
    soon(w);
    assertThat(w.client.log().events()).contains("reset");
    assertThat(w.count("resets.unread")).isEqualTo(1);
    w.end();
  }

  @Test
  void P16_data_after_a_close_resets_the_peer() {
    TcpWorld w = established();
    w.server.onEnd(s -> {});
    w.act(w.client, Session::close);
    soon(w);
    w.act(w.server, s -> s.write(new byte[1000], 0, 1000));
    soon(w);
    assertThat(w.count("resets.unread")).isEqualTo(1);
    assertThat(w.count("resets.in")).isEqualTo(1);
    assertThat(w.server.log().events()).as("it knows of the end").contains("disconnected", "transport closed")
        .doesNotContain("reset");
    w.end();
  }

  @Test
  void P16_a_reset_tells_the_peer_and_needs_no_answer() {
    TcpWorld w = established();
    w.seen.clear();
    w.act(w.client, Session::reset);
    soon(w);
    assertThat(w.seen).hasSize(1).allMatch(s -> s.has(TcpHeader.RST));
    assertThat(w.server.log().events()).contains("reset");
    assertThat(w.transport.inUse()).as("the listener: no TIME_WAIT").isEqualTo(1);
    w.end();
  }

  @Test
  void P27_a_detach_with_data_in_flight_leaves_nothing() {
    for (int ms = 0; ms < 60; ms += 7) {
      TcpWorld w = new TcpWorld(ms, 2);
      w.network.delay(Duration.ofMillis(5));
      DataPump pump = new DataPump(1, 1 << 20, 20_000, s -> {});
      w.server.echo();
      w.client.onOpen(pump).onWritable(pump);
      w.ready(32 << 10);
      for (int i = 0; i < 20; i++) {
        w.connect(i);
      }
      w.advance(Duration.ofMillis(ms));
      w.detach(ms % 2 == 0 ? w.client : w.server);
      w.end();
    }
  }
}
