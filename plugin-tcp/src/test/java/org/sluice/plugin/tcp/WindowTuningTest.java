package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.header.TcpOptions;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.Session;
import org.sluice.testkit.host.Simulation;

/** The receive window follows what the application reads in a round trip: P09, in virtual time. */
class WindowTuningTest {
  private static final int FIFO_BYTES = 64 << 10;
  private static final int MOST_BYTES = 4 << 20;
  private static final int SENDER_BYTES = 8 << 20;
  private static final long PAUSE_NS = 500_000_000;
  private static final String TUNING = "receive-window-tuning";

  private final Simulation simulation = new Simulation(1, 0);
  private @Nullable Node receiver;
  private @Nullable Node sender;

  /** A flow without an end over a wire of 1 Gbit/s, from now on. */
  private void flow(Application reader, int delayUs, Map<String, Object> settings) {
    Map<String, String> wire = Map.of("rate", "1gbit", "delay", delayUs + "us", "queue", "10000", "seed", "1");
    Node to = new Node(simulation, settings).wire("s", "10.0.0.1/24", GoodputTest.with(wire, "c"));
    Node from = new Node(simulation.another("client-", 0), settings).wire("c", "10.0.0.2/24",
        GoodputTest.with(wire, "s"));
    receiver = to;
    sender = from;
    ApplicationContext serving = to.attach(reader, FIFO_BYTES, MOST_BYTES);
    simulation.await(() -> serving.listen("tcp://10.0.0.1:80"));
    ApplicationContext connecting = from.attach(new Source(), SENDER_BYTES);
    from.simulation.on(0, () -> connecting.connect(ConnectOptions.of("tcp://10.0.0.1:80"), 0));
  }

  private Node receiver() {
    return Objects.requireNonNull(receiver);
  }

  private void end() {
    Objects.requireNonNull(sender).detachAll();
    receiver().detachAll();
  }

  /** Of a session of the receiver, now; no FIFO becomes smaller. */
  private int capacity(long session) {
    return simulation.get(0, () -> {
      TcpConnection c = (TcpConnection) simulation.stack().sessions().connection(session);
      return simulation.stack().sessions().rxCapacity(Objects.requireNonNull(c));
    });
  }

  /** Bytes of a round trip of 100 ms, when the flow has had time to grow. */
  private long goodput(Sink sink, Map<String, Object> settings) {
    flow(sink, 50_000, settings);
    simulation.advance(Duration.ofMillis(1_800));
    long before = bytes(sink);
    simulation.advance(Duration.ofMillis(300));
    return (bytes(sink) - before) / 3;
  }

  private static long bytes(Sink sink) {
    return sink.bytes.values().stream().mapToLong(Long::longValue).sum();
  }

  private static long session(Sink sink) {
    return sink.bytes.keySet().iterator().next();
  }

  @Test
  void P09_a_window_grows_to_the_bound_of_the_application_and_the_path_is_used() {
    Sink sink = new Sink();
    long perRound = goodput(sink, Settings.defaults());
    assertThat(perRound).isBetween(MOST_BYTES * 3L / 4, (long) MOST_BYTES);
    assertThat(capacity(session(sink))).isEqualTo(MOST_BYTES);
    assertThat(receiver().count("windows.grown")).isBetween(2L, 8L);
    assertThat(receiver().count("limit.receive-window")).isPositive();
    end();
  }

  @Test
  void P09_without_tuning_a_flow_moves_a_window_per_round_trip() {
    Sink sink = new Sink();
    assertThat(goodput(sink, Settings.with(TUNING, false))).isBetween(FIFO_BYTES * 3L / 4, (long) FIFO_BYTES);
    assertThat(capacity(session(sink))).isEqualTo(FIFO_BYTES);
    end();
  }

  @Test
  void P09_a_window_that_no_path_needs_stays_though_timestamps_are_too_coarse_for_its_round_trip() {
    Sink sink = new Sink();
    flow(sink, 50, Settings.defaults());
    simulation.advance(Duration.ofMillis(50));
    assertThat(bytes(sink)).as("at a rate of 1 Gbit/s").isGreaterThan(5_000_000);
    assertThat(capacity(session(sink))).isEqualTo(FIFO_BYTES);
    end();
  }

  @Test
  void P09_a_reader_that_is_slow_gets_no_larger_window() {
    Reluctant reader = new Reluctant();
    flow(reader, 10_000, Settings.defaults());
    simulation.on(0, () -> reader.every(PAUSE_NS, simulation.stack().workers().worker(0)));
    simulation.advance(Duration.ofSeconds(10));
    assertThat(reader.bytes).isGreaterThan(15 * FIFO_BYTES);
    assertThat(receiver().count("windows.grown")).isZero();
    end();
  }

  /** Reads what there is from time to time. */
  private static final class Reluctant implements Application {
    private final byte[] block = new byte[FIFO_BYTES];
    private @Nullable Session session;
    private long bytes;

    @Override
    public void onReadable(Session readable) {
      session = readable;
    }

    void every(long pauseNs, Worker worker) {
      Timer[] timer = new Timer[1];
      timer[0] = worker.newTimer(nowNs -> {
        read();
        timer[0].schedule(nowNs + pauseNs);
      });
      timer[0].schedule(worker.nowNs() + pauseNs);
    }

    private void read() {
      Session from = Objects.requireNonNull(session, "nothing came");
      for (int n = from.read(block, 0, block.length); n > 0; n = from.read(block, 0, block.length)) {
        bytes += n;
      }
    }
  }

  @Test
  void P09_a_window_grows_too_where_the_peer_has_no_timestamps() {
    TcpWorld w = new TcpWorld(1, 0).strip(TcpOptions.TIMESTAMPS);
    w.network.delay(Duration.ofMillis(10)).frames(4096);
    w.ready(FIFO_BYTES).established();
    w.transfer(3_000_000, Duration.ofSeconds(3));
    assertThat(w.server.log().received()).hasSize(3_000_000);
    assertThat(w.count("windows.grown")).isPositive();
    long session = w.server.log().session().handle();
    w.simulation.on(Handle.worker(session), () -> assertThat(
        w.simulation.stack().sessions().rxCapacity(w.connection(w.server))).isGreaterThanOrEqualTo(2 * FIFO_BYTES));
    w.end();
  }
}
