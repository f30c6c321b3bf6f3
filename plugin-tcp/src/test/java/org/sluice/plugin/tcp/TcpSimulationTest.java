package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.testkit.contract.DataPump;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.Simulation;

/**
 * Several stacks on wires that lose, delay, reorder, duplicate and corrupt, by seed: every payload arrives whole, both
 * ways, no connection is stuck, and nothing is left afterwards. The whole path is there: sessions, TCP, IP, neighbours,
 * cards.
 */
class TcpSimulationTest {
  private static final int SEEDS = Integer.getInteger("sluice.simulation.seeds", 2000);
  private static final long ONLY = Long.getLong("sluice.simulation.seed", 0);
  private static final Duration LIMIT = Duration.ofMinutes(20);
  private static final Duration AFTERMATH = Duration.ofMinutes(3);

  @Test
  void whatever_the_wires_do_every_payload_arrives_and_nothing_is_left() {
    long first = ONLY == 0 ? 1 : ONLY;
    long last = ONLY == 0 ? SEEDS : ONLY;
    for (long seed = first; seed <= last; seed++) {
      try {
        new Run(seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("replay with -Dsluice.simulation.seed=" + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** A server and some clients, each on a wire of its own to the server. */
  private static final class Run {
    private final SplittableRandom random;
    private final Map<String, Object> settings = Settings.defaults();
    private final Node server;
    private final List<Node> clients = new ArrayList<>();
    private final List<Flow> flows = new ArrayList<>();

    Run(long seed) {
      random = new SplittableRandom(seed);
      settings.put("retransmit-limit", 20);
      settings.put("syn-ack-retries", 10);
      settings.put("rto.max", Duration.ofSeconds(4));
      Simulation simulation = new Simulation(seed, random.nextInt(3));
      server = new Node(simulation, settings);
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        Map<String, String> wire = wire();
        server.wire("c" + i, "10.0." + i + ".1/24", with(wire, "to" + i));
        clients.add(new Node(simulation.another("client-" + i + "-", random.nextInt(2)), settings)
            .wire("to" + i, "10.0." + i + ".2/24", with(wire, "c" + i)));
      }
    }

    /** Whatever a wire can do, each does; only how much is drawn. */
    private Map<String, String> wire() {
      Map<String, String> wire = new HashMap<>();
      wire.put("delay", random.nextInt(40) + "ms");
      wire.put("rate", List.of("2mbit", "10mbit", "100mbit", "1gbit").get(random.nextInt(4)));
      wire.put("queue", String.valueOf(8 << random.nextInt(4)));
      wire.put("frames", "256");
      wire.put("loss", 1 + random.nextInt(5) + "%");
      wire.put("reorder", 1 + random.nextInt(19) + "%");
      wire.put("reorder-delay", 1 + random.nextInt(30) + "ms");
      wire.put("duplicate", 1 + random.nextInt(7) + "%");
      wire.put("corrupt", 1 + random.nextInt(2) + "%");
      wire.put("mtu", random.nextInt(4) == 0 ? "9000" : "1500");
      wire.put("seed", String.valueOf(random.nextLong(Long.MAX_VALUE)));
      return wire;
    }

    private static Map<String, String> with(Map<String, String> wire, String peer) {
      Map<String, String> options = new HashMap<>(wire);
      options.put("peer", peer);
      return options;
    }

    void run() {
      for (int i = 0; i < clients.size(); i++) {
        int port = 1000 + i;
        int fifoBytes = 4 << 10 << random.nextInt(5);
        Flow flow = new Flow(random.nextLong(), 1 + random.nextInt(60_000), random.nextBoolean());
        flows.add(flow);
        ApplicationContext serving = server.attach(flow.server, fifoBytes, 4 * fifoBytes);
        server.simulation.await(() -> serving.listen("tcp://0.0.0.0:" + port));
        ApplicationContext connecting = clients.get(i).attach(flow.client, fifoBytes, 4 * fifoBytes);
        ConnectOptions target = ConnectOptions.of("tcp://10.0." + i + ".1:" + port);
        clients.get(i).simulation.on(0,
            () -> assertThat(connecting.connect(target, 1)).isEqualTo(SessionError.NONE));
      }
      Duration passed = Duration.ZERO;
      while (!flows.stream().allMatch(Flow::isOver) && passed.compareTo(LIMIT) < 0) {
        server.simulation.advance(Duration.ofSeconds(5));
        passed = passed.plusSeconds(5);
      }
      flows.forEach(Flow::check);
      server.detachAll();
      clients.forEach(Node::detachAll);
      server.simulation.advance(AFTERMATH);
      server.requireNothingLeft();
      clients.forEach(Node::requireNothingLeft);
    }
  }

  /** A connection that carries bytes both ways; one side half-closes when it has written all, the other answers. */
  private static final class Flow {
    final RecordingApplication client = new RecordingApplication();
    final RecordingApplication server = new RecordingApplication();
    private final DataPump up;
    private final DataPump down;

    Flow(long seed, int size, boolean clientFirst) {
      HalfCloser clientEnd = new HalfCloser(clientFirst);
      HalfCloser serverEnd = new HalfCloser(!clientFirst);
      up = new DataPump(seed, size, 8000, clientEnd::written);
      down = new DataPump(~seed, size / 2 + 1, 8000, serverEnd::written);
      client.onOpen(up).onWritable(up).onEnd(clientEnd::peerEnded);
      server.onOpen(down).onWritable(down).onEnd(serverEnd::peerEnded);
    }

    boolean isOver() {
      return !client.connects().isEmpty() && client.logs().stream().allMatch(RecordingApplication.Log::isOver)
          && !server.logs().isEmpty() && server.logs().stream().allMatch(RecordingApplication.Log::isOver);
    }

    void check() {
      assertThat(TcpWorld.answers(client)).containsExactly("connected 1");
      assertThat(server.logs()).hasSize(1);
      assertThat(server.log().received()).as("client to server").isEqualTo(up.data());
      assertThat(client.log().received()).as("server to client").isEqualTo(down.data());
      assertThat(client.log().events()).doesNotContain("reset");
      assertThat(server.log().events()).doesNotContain("reset");
      assertThat(isOver()).as("both ends are gone: client %s, server %s", client.log().events(),
          server.log().events()).isTrue();
    }
  }
}
