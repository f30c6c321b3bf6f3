package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.testkit.contract.DataPump;

/** Applications that go at any moment leave no port, connection, frame or FIFO: P03, P27, S13. */
class TcpKillTest {
  private static final int CONNECTS = 100;

  private static TcpWorld world(int seed) {
    TcpWorld w = new TcpWorld(seed, 2);
    w.network.delay(Duration.ofMillis(5));
    return w;
  }

  private static void connect(TcpWorld w) {
    for (int i = 0; i < CONNECTS; i++) {
      w.connect(i);
    }
  }

  /** Whoever goes first; the ports of connects that were are back at once, those of TIME_WAIT in time. */
  private static void kill(TcpWorld w, boolean client) {
    w.detach(client ? w.client : w.server);
    w.end();
    assertThat(w.simulation.stack().sessions().localEndpoints().inUse()).isZero();
  }

  @Test
  void S13_P03_a_detach_with_100_pending_connects_leaves_nothing_and_calls_nobody() {
    TcpWorld w = world(1).filter(s -> false).ready(8 << 10);
    connect(w);
    w.advance(Duration.ofSeconds(3));
    assertThat(w.transport.connects().used()).isEqualTo(CONNECTS);
    w.detach(w.client);
    assertThat(w.transport.connects().used()).isZero();
    assertThat(w.simulation.stack().sessions().localEndpoints().inUse()).as("the listener's").isEqualTo(1);
    kill(w, true);
    assertThat(TcpWorld.answers(w.client)).isEmpty();
  }

  @Test
  void S13_P27_a_detach_in_any_moment_of_100_handshakes_leaves_nothing() {
    for (int ms = 0; ms < 20; ms += 3) {
      for (boolean client : new boolean[] {true, false}) {
        TcpWorld w = world(ms).ready(8 << 10);
        connect(w);
        w.advance(Duration.ofMillis(ms));
        kill(w, client);
      }
    }
  }

  @Test
  void S13_P27_a_detach_with_100_established_and_data_in_flight_leaves_nothing() {
    for (boolean client : new boolean[] {true, false}) {
      TcpWorld w = world(client ? 1 : 2);
      DataPump pump = new DataPump(1, 1 << 16, 8_000, s -> {});
      w.client.onOpen(pump).onWritable(pump);
      w.server.echo();
      w.ready(8 << 10);
      connect(w);
      w.advance(Duration.ofMillis(43));
      assertThat(w.client.logs()).hasSize(CONNECTS);
      assertThat(w.simulation.fifos()).isEqualTo(4 * CONNECTS);
      kill(w, client);
    }
  }

  @Test
  void S13_P27_a_detach_with_100_closing_leaves_nothing() {
    for (int ms = 0; ms < 24; ms += 4) {
      for (boolean client : new boolean[] {true, false}) {
        TcpWorld w = world(ms);
        w.client.onOpen(s -> {
          s.write(new byte[3000], 0, 3000);
          s.close();
        });
        w.server.onEnd(Session::close);
        w.ready(8 << 10);
        connect(w);
        w.advance(Duration.ofMillis(12 + ms));
        kill(w, client);
      }
    }
  }

  @Test
  void S13_P27_a_detach_with_100_closing_whose_peers_are_silent_leaves_nothing() {
    TcpWorld w = world(1);
    w.ready(8 << 10);
    connect(w);
    w.advance(Duration.ofMillis(50));
    w.filter(s -> false);
    w.client.logs().forEach(log -> w.simulation.on(Handle.worker(log.session().handle()),
        log.session()::close));
    w.advance(Duration.ofMillis(500));
    w.filter(s -> true);
    kill(w, true);
  }
}
