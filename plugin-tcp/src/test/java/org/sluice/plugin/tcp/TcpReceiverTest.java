package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.plugin.tcp.TcpWorld.Seen;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.TcpOptions;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.Endpoint;

/** What a receiver reports: SACK (RFC 2018), D-SACK (RFC 2883): P10, P11. */
class TcpReceiverTest {
  private static final int MSS = 1448;
  private static final int PORT = 5000;

  private static TcpWorld world() {
    TcpWorld w = new TcpWorld(1, 0);
    w.network.delay(Duration.ofMillis(10));
    return w.ready(256 << 10).established();
  }

  private static TcpWorld losing(Set<Integer> which) {
    TcpWorld w = world();
    int[] data = new int[1];
    return w.filter(s -> s.length() == 0 || !which.contains(data[0]++));
  }

  private static List<Seen> reports(TcpWorld w) {
    return w.seen.stream().filter(s -> s.from() == TcpWorld.SERVER && !s.sack().isEmpty()).toList();
  }

  @Test
  void P10_RFC2018_4_the_block_of_the_newest_segment_comes_first_and_others_are_repeated() {
    TcpWorld w = losing(Set.of(2, 4));
    w.transfer(6 * MSS, Duration.ofMillis(100));
    Seen last = reports(w).get(1);
    int una = last.ack();
    assertThat(last.sack()).containsExactly(una + 3 * MSS, una + 4 * MSS, una + MSS, una + 2 * MSS);
    w.end();
  }

  @Test
  void P10_no_more_is_reported_when_all_holes_are_filled_and_nothing_is_kept() {
    TcpWorld w = losing(Set.of(2));
    w.transfer(10 * MSS, Duration.ofSeconds(1));
    assertThat(reports(w)).isNotEmpty();
    assertThat(w.seen.getLast().sack()).isEmpty();
    assertThat(w.connection(w.server).receiver).isNull();
    w.end();
  }

  @Test
  void P11_RFC2883_4_a_segment_that_came_twice_is_reported_once() {
    TcpWorld w = world();
    w.network.duplicate(1);
    w.transfer(100, Duration.ofMillis(100));
    List<Seen> reports = reports(w);
    assertThat(reports).hasSize(1);
    int ack = reports.getFirst().ack();
    assertThat(reports.getFirst().sack()).containsExactly(ack - 100, ack);
    w.network.duplicate(0);
    w.end();
  }

  @ParameterizedTest
  @CsvSource({
    // SEG.SEQ, SEG.LEN, RCV.NXT, RCV.WND, whether it is acceptable, what is taken of it in order
    // length 0, window 0: at RCV.NXT alone
    "100, 0, 100, 0, true, 0", "99, 0, 100, 0, false, 0", "101, 0, 100, 0, false, 0",
    // length 0, window > 0
    "100, 0, 100, 10, true, 0", "109, 0, 100, 10, true, 0", "110, 0, 100, 10, false, 0", "99, 0, 100, 10, false, 0",
    // length > 0, window 0: a probe is answered, and nothing taken
    "100, 1, 100, 0, true, 0", "99, 2, 100, 0, true, 0", "99, 1, 100, 0, false, 0", "101, 1, 100, 0, false, 0",
    // length > 0, window > 0: the first or the last number is in it
    "100, 10, 100, 10, true, 10", "100, 50, 100, 10, true, 10", "109, 50, 100, 10, true, 0",
    "90, 11, 100, 10, true, 1", "90, 50, 100, 10, true, 10", "90, 10, 100, 10, false, 0", "110, 1, 100, 10, false, 0",
    // across the wrap
    "-1, 2, 0, 5, true, 1", "-1, 1, 0, 5, false, 0", "2, 1, -5, 10, true, 0", "5, 1, -5, 10, false, 0",
    "-5, 10, -5, 10, true, 10"
  })
  void RFC9293_3_4_a_segment_is_acceptable_by_the_table(
      int sequence, int length, int next, int window, boolean acceptable, int taken) {
    TcpWorld w = new TcpWorld(1, 0).ready(64 << 10);
    w.connect(w.client,
        ConnectOptions.of(TcpWorld.SERVER_URI).withLocal(Endpoint.of(TcpWorld.CLIENT_ADDRESS, PORT)), 1);
    w.advance(Duration.ofMillis(100));
    TcpConnection server = w.connection(w.server);
    server.off(TcpConnection.TIMESTAMPS);
    server.rcvNxt = next;
    server.rcvAdv = next + window;
    Stranger.toServer(w, PORT).send(TcpHeader.ACK, sequence, server.sndUna, length).run();
    assertThat(w.count("drop.window")).isEqualTo(acceptable ? 0 : 1);
    assertThat(w.server.log().received()).hasSize(taken);
    assertThat(server.rcvNxt).isEqualTo(next + taken);
    w.act(w.server, Session::reset);
    w.end();
  }

  @Test
  void P10_a_peer_without_sack_is_told_nothing() {
    TcpWorld w = new TcpWorld(1, 0).strip(TcpOptions.SACK_PERMITTED);
    w.ready(256 << 10).established();
    int[] data = new int[1];
    w.filter(s -> s.length() == 0 || data[0]++ != 2);
    w.transfer(10 * MSS, Duration.ofSeconds(2));
    assertThat(reports(w)).isEmpty();
    assertThat(w.server.log().received()).hasSize(10 * MSS);
    w.end();
  }
}
