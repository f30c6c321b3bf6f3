package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.sluice.plugin.tcp.TcpWorld.Seen;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.transport.CongestionControl;
import org.sluice.spi.transport.TransportAttribute;

/** How much is sent, and when: P12, P13, P17, and what an idle connection keeps. */
class TcpWindowTest {
  private static final int MSS = 1448;
  private static final long INITIAL = 10 * MSS;

  private static TcpWorld world(Map<String, Object> settings) {
    TcpWorld w = new TcpWorld(1, 0, settings);
    w.network.delay(Duration.ofMillis(10)).frames(1024);
    return w.ready(1 << 20).established();
  }

  private static long window(TcpWorld w) {
    return w.sender(w.client).flow.windowBytes();
  }

  @Test
  void P13_flights_that_the_application_limits_do_not_grow_the_window_and_bulk_does() {
    TcpWorld w = world(Settings.defaults());
    for (int i = 0; i < 32; i++) {
      w.act(w.client, s -> s.write(new byte[2 * MSS], 0, 2 * MSS));
      w.advance(Duration.ofMillis(100));
    }
    assertThat(window(w)).isEqualTo(INITIAL);
    w.transfer(500_000, Duration.ofMillis(300));
    assertThat(window(w)).isGreaterThan(8 * INITIAL);
    w.end();
  }

  @Test
  void P13_a_window_ages_while_nothing_is_in_flight() {
    TcpWorld w = world(Settings.defaults());
    w.transfer(500_000, Duration.ofMillis(300));
    long before = window(w);
    w.advance(Duration.ofMillis(450));
    w.act(w.client, s -> s.write(new byte[100], 0, 100));
    w.advance(Duration.ofMillis(5));
    assertThat(window(w)).isBetween(before / 8, before / 2);
    w.end();
  }

  @Test
  void an_idle_connection_gives_its_sender_back_and_remembers_the_round_trip() {
    TcpWorld w = world(Settings.defaults());
    w.transfer(100_000, Duration.ofMillis(500));
    TcpConnection c = w.connection(w.client);
    assertThat(c.sender).isNotNull();
    w.advance(Duration.ofSeconds(4));
    assertThat(c.sender).isNull();
    assertThat(c.srttUs).isBetween(19_000, 25_000);
    w.act(w.client, s -> s.write(new byte[100], 0, 100));
    w.advance(Duration.ofMillis(5));
    assertThat(w.sender(w.client).rtt.smoothedUs()).isEqualTo(c.srttUs);
    w.advance(Duration.ofSeconds(1));
    assertThat(w.server.log().received()).hasSize(100_100);
    w.end();
  }

  @Test
  void P17_a_window_is_spread_over_its_round_trip_unless_pacing_is_off() {
    assertThat(mostPerMillisecond(true)).isLessThan(30);
    assertThat(mostPerMillisecond(false)).isGreaterThan(45);
  }

  /** Segments that left in one millisecond at most. */
  private static long mostPerMillisecond(boolean pacing) {
    TcpWorld w = world(Settings.with("pacing", pacing));
    w.transfer(100_000, Duration.ofMillis(200));
    w.seen.clear();
    w.transfer(300_000, Duration.ofSeconds(1));
    long most = w.seen.stream().filter(Seen::isData)
        .collect(Collectors.groupingBy(Seen::atMs, Collectors.counting()))
        .values().stream().mapToLong(Long::longValue).max().orElse(0);
    assertThat(w.server.log().received()).hasSize(400_000);
    w.end();
    return most;
  }

  @Test
  void P12_the_algorithm_is_the_configured_one_and_a_session_may_choose_another() {
    TcpWorld w = world(Settings.with("congestion", "newreno"));
    w.transfer(50_000, Duration.ofMillis(200));
    assertThat(w.sender(w.client).algorithm.name()).isEqualTo("newreno");
    w.act(w.client, s -> {
      assertThat(s.attribute(TransportAttribute.CONGESTION_CONTROL)).isEqualTo("newreno");
      assertThat(s.attribute(TransportAttribute.CONGESTION_CONTROL, "cubic")).isEqualTo(SessionError.NONE);
      assertThat(s.attribute(TransportAttribute.CONGESTION_CONTROL, "none")).isEqualTo(SessionError.INVALID);
    });
    assertThat(w.sender(w.client).algorithm.name()).isEqualTo("cubic");
    assertThat(window(w)).isGreaterThan(INITIAL);
    w.end();
  }

  @Test
  void P12_an_algorithm_of_another_plugin_is_used_by_name_while_it_is_there() {
    TcpWorld w = world(Settings.with("congestion", "fixed"));
    w.transfer(10_000, Duration.ofMillis(100));
    assertThat(w.sender(w.client).algorithm.name()).as("stands in").isEqualTo("cubic");
    Fixed fixed = new Fixed(4 * MSS);
    w.simulation.on(0, () -> w.host.add(fixed));
    w.advance(Duration.ofSeconds(5));
    w.act(w.client, s -> s.write(new byte[50_000], 0, 50_000));
    w.advance(Duration.ofMillis(15));
    assertThat(w.sender(w.client).algorithm).isSameAs(fixed);
    assertThat(w.sender(w.client).segments.outstandingBytes()).isEqualTo(4 * MSS);
    w.simulation.on(0, () -> w.host.remove(fixed));
    w.advance(Duration.ofSeconds(1));
    assertThat(w.sender(w.client).algorithm.name()).isEqualTo("cubic");
    assertThat(w.server.log().received()).hasSize(60_000);
    w.end();
  }

  /** A window that never changes. */
  private record Fixed(long bytes) implements CongestionControl, CongestionControl.Flow {
    @Override
    public String name() {
      return "fixed";
    }

    @Override
    public Flow newFlow() {
      return this;
    }

    @Override
    public void start(Connection connection, long initialWindowBytes) {}

    @Override
    public void onAck(Connection connection, long ackedBytes) {}

    @Override
    public void onRecoveryAck(Connection connection, long ackedBytes) {}

    @Override
    public void onCongestion(Connection connection) {}

    @Override
    public void onTimeout(Connection connection) {}

    @Override
    public void onRecovered(Connection connection) {}

    @Override
    public void onUndo(Connection connection) {}

    @Override
    public void onRestart(Connection connection, long idleNs) {}

    @Override
    public long windowBytes() {
      return bytes;
    }

    @Override
    public long slowStartThresholdBytes() {
      return Long.MAX_VALUE;
    }
  }

  @Test
  void P24_a_verbose_connection_tells_windows_round_trip_recovery_and_timers() {
    TcpWorld w = world(Settings.defaults());
    w.act(w.client, s -> s.write(new byte[100_000], 0, 100_000));
    w.advance(Duration.ofMillis(15));
    TcpConnection c = w.connection(w.client);
    Supplier<String> text = () -> w.simulation.get(0, () -> TcpConnectionView.full(c).text());
    assertThat(text.get()).contains("cubic, cwnd ", "ssthresh none", "in the network", "rto ", "retransmit in ",
        "tail probe in ");
    w.advance(Duration.ofMillis(100));
    w.act(w.client, s -> s.write(new byte[MSS], 0, MSS));
    w.advance(Duration.ofMillis(50));
    w.act(w.client, s -> s.write(new byte[MSS], 0, MSS));
    w.advance(Duration.ofMillis(25));
    assertThat(text.get()).contains(" B/s of the application");
    w.advance(Duration.ofSeconds(5));
    assertThat(text.get()).contains("cubic, idle", "rtt ");
    w.end();
  }
}
