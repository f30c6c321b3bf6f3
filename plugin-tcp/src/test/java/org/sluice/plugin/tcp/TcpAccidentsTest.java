package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sluice.spi.header.TcpOptions;
import org.sluice.spi.session.Session;
import org.sluice.testkit.contract.DataPump;

/** Loss, reordering, duplication and corruption by seed: what was written arrives, and nothing is left. */
class TcpAccidentsTest {
  private static final int SEEDS = Integer.getInteger("sluice.tcp.seeds", 200);
  private static final long ONLY = Long.getLong("sluice.tcp.seed", 0);

  @Test
  void whatever_happens_on_the_wire_the_payload_arrives_and_nothing_is_left() {
    long first = ONLY == 0 ? 1 : ONLY;
    long last = ONLY == 0 ? SEEDS : ONLY;
    for (long seed = first; seed <= last; seed++) {
      try {
        run(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("replay with -Dsluice.tcp.seed=" + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private static void run(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Object> settings = Settings.defaults();
    settings.put("retransmit-limit", 20);
    settings.put("syn-ack-retries", 8);
    settings.put("rto.max", Duration.ofSeconds(4));
    settings.put("ecn", random.nextBoolean() ? "request" : "accept");
    settings.put("congestion", random.nextBoolean() ? "cubic" : "newreno");
    settings.put("pacing", random.nextBoolean());
    TcpWorld w = new TcpWorld(seed, random.nextInt(3), settings);
    w.strip(random.nextInt(4) == 0 ? TcpOptions.SACK_PERMITTED : 0, random.nextInt(4) == 0 ? TcpOptions.TIMESTAMPS : 0,
        random.nextInt(8) == 0 ? TcpOptions.WINDOW_SCALE : 0);
    w.network.mark(random.nextInt(4) * 0.05);
    w.network.delay(Duration.ofMillis(random.nextInt(30))).loss(random.nextInt(4) * 0.03)
        .reorder(random.nextInt(4) * 0.1, Duration.ofMillis(1 + random.nextInt(20)))
        .duplicate(random.nextInt(4) * 0.05).corrupt(random.nextInt(4) * 0.02);
    int size = 1 + random.nextInt(60_000);
    boolean clientFirst = random.nextBoolean();
    End client = new End(clientFirst);
    End server = new End(!clientFirst);
    DataPump up = new DataPump(seed, size, 8000, client::written);
    DataPump down = new DataPump(~seed, size / 2 + 1, 8000, server::written);
    w.client.onOpen(up).onWritable(up).onEnd(client::peerEnded);
    w.server.onOpen(down).onWritable(down).onEnd(server::peerEnded);
    w.ready(4 << 10 << random.nextInt(5));
    w.connect(1);
    w.advance(Duration.ofMinutes(10));
    assertThat(TcpWorld.answers(w.client)).containsExactly("connected 1");
    assertThat(w.server.logs()).hasSize(1);
    assertThat(w.server.log().received()).as("client to server").isEqualTo(up.data());
    assertThat(w.client.log().received()).as("server to client").isEqualTo(down.data());
    assertThat(w.client.log().events()).doesNotContain("reset");
    assertThat(w.server.log().events()).doesNotContain("reset");
    w.end();
  }

  /** One side: it half-closes first when all is written, or waits for the other's end; then it closes. */
  private static final class End {
    private final boolean first;
    private boolean written;
    private boolean peerEnded;

    End(boolean first) {
      this.first = first;
    }

    void written(Session session) {
      written = true;
      if (peerEnded) {
        session.close();
      } else if (first) {
        session.shutdown();
      }
    }

    void peerEnded(Session session) {
      peerEnded = true;
      if (written) {
        session.close();
      }
    }
  }
}
