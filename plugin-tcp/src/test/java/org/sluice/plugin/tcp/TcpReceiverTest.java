package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sluice.plugin.tcp.TcpWorld.Seen;
import org.sluice.spi.header.TcpOptions;

/** What a receiver reports: SACK (RFC 2018), D-SACK (RFC 2883): P10, P11. */
class TcpReceiverTest {
  private static final int MSS = 1448;

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
