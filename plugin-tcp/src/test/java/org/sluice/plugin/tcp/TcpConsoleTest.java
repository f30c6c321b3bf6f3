package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.TransportAttribute;
import org.sluice.testkit.console.GoldenText;
import org.sluice.testkit.console.RecordingOutput;

/** The commands of TCP: P23, P24, P25. */
class TcpConsoleTest {
  private static final GoldenText GOLDEN = new GoldenText("console");

  private static String run(TcpWorld w, ConsoleCommand command, String... words) throws Exception {
    RecordingOutput output = new RecordingOutput();
    w.simulation.command(command, output, words);
    return "> " + (command.name() + " " + String.join(" ", words)).strip() + "\n" + output.text();
  }

  private static TcpWorld busy() {
    TcpWorld w = new TcpWorld(1, 1);
    w.network.delay(Duration.ofMillis(5));
    w.ready(64 << 10);
    w.connect(w.client,
        ConnectOptions.of(TcpWorld.SERVER_URI).withLocal(Endpoint.of(TcpWorld.CLIENT_ADDRESS, 5000)), 1);
    w.advance(Duration.ofMillis(100));
    w.act(w.client, s -> s.write(new byte[5000], 0, 5000));
    w.advance(Duration.ofMillis(2));
    return w;
  }

  @Test
  void P23_the_configuration_is_shown_and_changed() throws Exception {
    TcpWorld w = busy();
    SetTcp set = new SetTcp(w.transport);
    String text = run(w, new ShowTcpConfig(w.transport))
        + run(w, set, "delayed-ack", "10", "ms") + run(w, set, "nagle", "off") + run(w, set, "syn-window", "8", "KiB")
        + run(w, set, "congestion", "cubic") + run(w, set, "limit.challenge-acks", "50")
        + run(w, new ShowTcpConfig(w.transport));
    GOLDEN.assertMatches("config", text);
    for (int i = 0; i < 2; i++) {
      TcpWorker worker = w.transport.worker(i);
      assertThat(worker.config.delayedAckNs()).isEqualTo(10_000_000);
      assertThat(worker.config.nagle()).isFalse();
    }
    w.advance(Duration.ofSeconds(1));
    w.connect(2);
    w.advance(Duration.ofSeconds(1));
    assertThat(w.client.logs()).hasSize(2);
    assertThat(w.simulation.get(1, () -> w.client.logs().get(1).session()
        .attribute(TransportAttribute.CONGESTION_CONTROL))).isEqualTo("cubic");
    w.end();
  }

  @Test
  void P23_a_changed_timeout_holds_for_senders_that_were_used_before() throws Exception {
    TcpWorld w = new TcpWorld(1, 0).ready(64 << 10).established();
    w.transfer(1000, Duration.ofSeconds(10));
    run(w, new SetTcp(w.transport), "rto.min", "3", "s");
    w.connect(2);
    w.advance(Duration.ofMillis(500));
    w.simulation.on(0, () -> w.client.logs().get(1).session().write(new byte[10], 0, 10));
    w.advance(Duration.ofMillis(500));
    assertThat(w.connections(w.client)).extracting(c -> c.sender == null ? 0 : c.sender.rtt.rtoUs())
        .containsExactly(0L, 3_000_000L);
    w.end();
  }

  @Test
  void P23_a_bad_value_is_refused_and_the_old_one_stays() throws Exception {
    TcpWorld w = busy();
    SetTcp set = new SetTcp(w.transport);
    assertThat(run(w, set, "rto.min", "10 s")).contains("rto min: 10 s");
    record Bad(String words, String complaint) {}
    for (Bad bad : List.of(
        new Bad("nope 1", "no setting 'nope'"),
        new Bad("limit.time-wait 1", "read at start only"),
        new Bad("nagle", "is missing"),
        new Bad("nagle perhaps", "true or false"),
        new Bad("initial-window 0", "must be 1 to 100"),
        new Bad("initial-window ten", "a whole number"),
        new Bad("syn-window 5 parsecs", "a size such as"),
        new Bad("rto.min 10", "a time such as"),
        new Bad("rto.max 5 s", "rto.min is above rto.max"),
        new Bad("syn-cookies never", "off, over-backlog, always"),
        new Bad("congestion nope", "cubic, newreno"))) {
      assertThatThrownBy(() -> run(w, set, bad.words().split(" ", -1)), bad.words())
          .hasMessageContaining(bad.complaint());
    }
    for (int i = 0; i < 2; i++) {
      TcpConfig config = w.transport.worker(i).config;
      assertThat(config.initialWindowSegments()).isEqualTo(10);
      assertThat(config.rtoMaxNs()).isEqualTo(60_000_000_000L);
      assertThat(config.rtoMinNs()).isEqualTo(10_000_000_000L);
    }
    w.end();
  }

  @Test
  void P24_P25_connections_and_figures_are_shown() throws Exception {
    TcpWorld w = busy();
    String text = run(w, new ShowTcpConnections(w.transport)) + run(w, new ShowTcpStats(w.transport));
    GOLDEN.assertMatches("connections", text);
    String verbose = run(w, new ShowTcpConnections(w.transport), "verbose");
    assertThat(verbose).contains("options", "timestamps", "timing", "congestion", "recovery", "timers")
        .containsPattern("retransmit in [0-9]+ ms");
    assertThat(run(w, new ShowTcpStats(w.transport), "all")).contains("drop.malformed");
    w.end();
  }

  @Test
  void P24_handshakes_are_shown_at_both_ends() throws Exception {
    TcpWorld w = new TcpWorld(1, 1);
    w.network.delay(Duration.ofMillis(5));
    w.ready(64 << 10);
    w.connect(w.client,
        ConnectOptions.of(TcpWorld.SERVER_URI).withLocal(Endpoint.of(TcpWorld.CLIENT_ADDRESS, 5000)), 1);
    w.advance(Duration.ofMillis(6));
    GOLDEN.assertMatches("handshakes", run(w, new ShowTcpConnections(w.transport), "verbose"));
    w.advance(Duration.ofMillis(10));
    RecordingOutput output = new RecordingOutput();
    w.simulation.command(new ShowTcpConnections(w.transport), output);
    assertThat(output.column("connections", "state")).containsExactly("ESTABLISHED", "ESTABLISHED");
    assertThat(output.values()).containsEntry("half_opens", 0).containsEntry("handshakes", 0)
        .containsEntry("count", 2);
    w.end();
  }

  @Test
  void P24_more_handshakes_than_a_worker_is_asked_for_at_a_time_are_shown_once_each() throws Exception {
    TcpWorld w = new TcpWorld(1, 1);
    w.network.delay(Duration.ofMillis(5));
    w.ready(64 << 10);
    int peers = 700;
    for (int i = 0; i < peers; i++) {
      Stranger.toServer(w, 10_000 + i).send(TcpHeader.SYN, 0, 0, 0);
    }
    w.advance(Duration.ofMillis(1));
    RecordingOutput output = new RecordingOutput();
    w.simulation.command(new ShowTcpConnections(w.transport), output);
    assertThat(output.column("connections", "remote")).hasSize(peers).doesNotHaveDuplicates();
    assertThat(output.column("connections", "state")).containsOnly("SYN_RCVD");
    w.advance(Duration.ofMinutes(2));
    w.end();
  }

  @Test
  void P23_every_key_of_reference_conf_is_known_to_the_console() throws IOException {
    Path file = Path.of(System.getProperty("basedir", "."), "src", "main", "resources", "reference.conf");
    List<String> keys = new ArrayList<>();
    Deque<String> sections = new ArrayDeque<>();
    Pattern line = Pattern.compile("\\s*([a-z0-9.-]+)\\s*(\\{|=.*|})?\\s*");
    for (String text : Files.readAllLines(file)) {
      Matcher m = line.matcher(text);
      if (text.strip().equals("}")) {
        sections.removeLast();
      } else if (!text.strip().startsWith("#") && m.matches() && m.group(2) != null) {
        if (m.group(2).equals("{")) {
          sections.addLast(m.group(1));
        } else {
          keys.add((String.join(".", sections) + "." + m.group(1)).substring("plugins.tcp.".length()));
        }
      }
    }
    assertThat(TcpKey.all()).extracting(TcpKey::name).containsExactlyElementsOf(keys);
  }
}
