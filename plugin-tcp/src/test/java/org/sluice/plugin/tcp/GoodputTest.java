package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.testkit.console.GoldenText;
import org.sluice.testkit.host.Simulation;

/**
 * What flows move over wires of all kinds, in virtual time: a committed table, so that a change of congestion control
 * or recovery shows as a difference. Nothing here depends on the machine.
 */
class GoodputTest {
  private static final Duration WARM_UP = Duration.ofSeconds(4);
  private static final int MEASURED_SECONDS = 10;
  private static final int FIFO_BYTES = 4 << 20;
  /** Loss, flows and Mbit/s, before what the formula says. */
  private static final Pattern SHOWN =
      Pattern.compile("(?m)^\\| ([0-9.]+) % \\| (\\d+) \\| ([0-9.]+) \\| [^|]+ \\|$");

  @Test
  void goodput_over_delay_loss_rate_and_flows_is_as_committed() {
    StringBuilder table = new StringBuilder(
        "rate    rtt    loss   flows  goodput-mbit  of-rate  retransmitted  timeouts  least-flow  most-flow\n");
    for (String rate : List.of("10mbit", "100mbit")) {
      for (int rttMs : List.of(2, 20, 100)) {
        for (String loss : List.of("0%", "0.1%", "1%", "3%")) {
          for (int flows : List.of(1, 8)) {
            table.append(row(rate, rttMs, loss, flows));
          }
        }
      }
    }
    new GoldenText("goodput").assertMatches("goodput", table.toString());
  }

  @Test
  void the_rows_that_the_documentation_shows_are_those_of_the_table() throws IOException {
    Map<String, String> shown = new TreeMap<>();
    SHOWN.matcher(Files.readString(repository("docs/benchmarks.md"))).results()
        .forEach(row -> shown.put(row.group(1) + "%, " + row.group(2), row.group(3)));
    Map<String, String> committed = new TreeMap<>();
    Files.readAllLines(repository("plugin-tcp/src/test/resources/goodput/goodput.txt")).stream()
        .map(line -> line.split("\\s+", -1))
        .filter(cells -> cells[0].equals("100mbit") && cells[1].equals("20ms") && !cells[2].equals("0%"))
        .forEach(cells -> committed.put(cells[2] + ", " + cells[3],
            new BigDecimal(cells[4]).setScale(1, RoundingMode.HALF_UP).toString()));
    assertThat(committed).hasSize(6);
    assertThat(shown).isEqualTo(committed);
  }

  private static Path repository(String file) {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve(file))) {
      folder = Objects.requireNonNull(folder.getParent(), "no " + file + " above");
    }
    return folder.resolve(file);
  }

  private static String row(String rate, int rttMs, String loss, int flows) {
    long rateBits = Long.parseLong(rate.replace("mbit", "")) * 1_000_000;
    long queue = Math.clamp(rateBits / 1000 * rttMs / 8 / 1500, 50L, 2000L);
    Map<String, String> wire = new HashMap<>(Map.of("rate", rate, "delay", rttMs * 500 + "us", "loss", loss,
        "queue", String.valueOf(queue), "seed", "1"));
    Simulation simulation = new Simulation(1, 0);
    Map<String, Object> settings = Settings.defaults();
    Node server = new Node(simulation, settings).wire("s", "10.0.0.1/24", with(wire, "c"));
    Node client = new Node(simulation.another("client-", 0), settings).wire("c", "10.0.0.2/24", with(wire, "s"));
    Sink sink = new Sink();
    ApplicationContext serving = server.attach(sink, FIFO_BYTES);
    simulation.await(() -> serving.listen("tcp://10.0.0.1:80"));
    ApplicationContext connecting = client.attach(new Source(), FIFO_BYTES);
    client.simulation.on(0, () -> {
      for (int i = 0; i < flows; i++) {
        connecting.connect(ConnectOptions.of("tcp://10.0.0.1:80"), i);
      }
    });
    simulation.advance(WARM_UP);
    Map<Long, Long> before = new HashMap<>(sink.bytes);
    long retransmittedBefore = client.count("retransmitted");
    long timeoutsBefore = client.count("timeouts");
    simulation.advance(Duration.ofSeconds(MEASURED_SECONDS));
    long[] moved = sink.bytes.entrySet().stream()
        .mapToLong(entry -> entry.getValue() - before.getOrDefault(entry.getKey(), 0L)).sorted().toArray();
    assertThat(moved).hasSize(flows);
    long sum = 0;
    for (long bytes : moved) {
      sum += bytes;
    }
    String text = String.format(Locale.ROOT, "%-7s %-6s %-6s %-6d %-13.2f %-8.2f %-14d %-9d %-11.2f %.2f%n", rate,
        rttMs + "ms", loss, flows, mbit(sum), mbit(sum) * 1e6 / rateBits,
        client.count("retransmitted") - retransmittedBefore, client.count("timeouts") - timeoutsBefore, mbit(moved[0]),
        mbit(moved[flows - 1]));
    client.detachAll();
    server.detachAll();
    return text;
  }

  static Map<String, String> with(Map<String, String> wire, String peer) {
    Map<String, String> options = new HashMap<>(wire);
    options.put("peer", peer);
    return options;
  }

  private static double mbit(long bytes) {
    return bytes * 8 / 1e6 / MEASURED_SECONDS;
  }
}
