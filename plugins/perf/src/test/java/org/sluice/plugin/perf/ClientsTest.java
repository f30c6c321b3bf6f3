package org.sluice.plugin.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.session.Session;
import org.sluice.testkit.console.RecordingOutput;

/** The clients by callbacks, over cut-through: what they measure, and what they say when the other end misbehaves. */
@Timeout(60)
class ClientsTest {
  private static final String ODD = "ct://127.0.0.1/9";

  private PerfRig rig = new PerfRig(7, 2, Map.of());

  @AfterEach
  void leavesNothingBehind() {
    rig.stop();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void a_stream_is_measured_for_each_size_and_every_byte_is_accounted_for(int dataWorkers) throws Exception {
    rig.stop();
    rig = new PerfRig(dataWorkers, dataWorkers, Map.of());
    RecordingOutput output = rig.stream(PerfRig.URI, "--size", "64,1KiB,64KiB", "--time", "300us", "--sessions", "3");
    assertThat(output.column("stream", "size")).containsExactly(64, 1024, 65536);
    assertThat(output.column("stream", "verified")).containsOnly(3L);
    long bytes = output.column("stream", "bytes").stream().mapToLong(cell -> (Long) cell).sum();
    assertThat(bytes).isPositive().isEqualTo(rig.count("bytes"));
    for (Map<String, Object> row : output.rows("stream")) {
      assertThat((Long) row.get("bytes_per_s")).isPositive();
      assertThat((Long) row.get("messages_per_s")).isNotNegative();
    }
    assertThat(rig.count("sessions")).isEqualTo(9);
    assertThat(rig.count("aborted")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "32", "64KiB"})
  void round_trips_are_counted_one_by_one(String size) throws Exception {
    RecordingOutput output = rig.rtt(PerfRig.URI, "--size", size, "--time", "500us", "--sessions", "5");
    Map<String, Object> row = output.rows("rtt").getFirst();
    long count = (Long) Objects.requireNonNull(row.get("count"));
    assertThat(count).isGreaterThanOrEqualTo(5);
    assertThat(rig.count("bytes")).isEqualTo(count * (Integer) Objects.requireNonNull(row.get("size")));
    assertThat(rig.count("aborted")).isZero();
    assertThat((Double) row.get("p50_us")).isPositive().isLessThanOrEqualTo((Double) row.get("p99_9_us"));
    assertThat((Double) row.get("p99_9_us")).isLessThanOrEqualTo((Double) row.get("max_us"));
    assertThat((Double) row.get("mean_us")).isLessThanOrEqualTo((Double) row.get("max_us"));
  }

  @Test
  void many_sessions_take_part() throws Exception {
    RecordingOutput output = rig.rtt(PerfRig.URI, "--time", "1ms", "--sessions", "1000");
    assertThat((Long) output.rows("rtt").getFirst().get("count")).isGreaterThanOrEqualTo(1000);
    assertThat(rig.count("sessions")).isEqualTo(1000);
  }

  @Test
  void connections_are_opened_used_and_closed() throws Exception {
    RecordingOutput output = rig.connect(PerfRig.URI, "--time", "5ms", "--outstanding", "8");
    Map<String, Object> row = output.rows("connect").getFirst();
    assertThat((Long) row.get("connections")).isGreaterThanOrEqualTo(8).isEqualTo(rig.count("sessions"));
    assertThat(rig.count("bytes")).isEqualTo(rig.count("sessions"));
    assertThat(rig.count("aborted")).isZero();
    assertThat(row.get("failed")).isEqualTo(0L);
    assertThat(output.rows("failures")).isEmpty();
  }

  @Test
  void where_nobody_listens_the_error_is_reported_at_once() {
    assertFails(1, "2 of 2 sessions failed: no route 2", stream(), ODD, "--time", "1h", "--sessions", "2");
    assertFails(1, "8 of 8 sessions failed: no route 8", connect(), ODD, "--time", "1h", "--outstanding", "8");
  }

  // ---- Servers that misbehave.

  @Test
  void sessions_that_are_reset_in_the_middle_end_the_run() {
    Peer peer = rig.attach(Peer.server(ODD));
    peer.onReadable = Session::reset;
    assertFails(1, "3 of 3 sessions failed: reset by peer 3", stream(), ODD, "--time", "1h", "--sessions", "3");
    assertFails(1, "3 of 3 sessions failed: reset by peer 3", rtt(), ODD, "--time", "1h", "--sessions", "3");
    assertThat(peer.accepted).isEqualTo(6);
    assertFails(1, "failed: reset by peer", connect(), ODD, "--time", "1h", "--outstanding", "3");
  }

  @Test
  void a_server_that_closes_early_is_named() {
    Peer peer = rig.attach(Peer.server(ODD));
    peer.onReadable = session -> {
      session.rx().dropAll();
      session.consumed();
      session.close();
    };
    assertFails(1, "1 of 1 sessions failed", stream(), ODD, "--time", "1h");
    assertFails(1, "closed by the server 1", rtt(), ODD, "--time", "1h");
  }

  @Test
  void a_total_that_does_not_agree_is_noticed() {
    Peer peer = rig.attach(Peer.server(ODD));
    peer.onReadable = session -> {
      session.rx().dropAll();
      session.consumed();
    };
    peer.onDisconnected = session -> {
      session.write(new byte[] {0, 0, 0, 0, 0, 0, 0, 1}, 0, 8);
      session.close();
    };
    assertFails(1, "1 of 1 sessions failed: wrong total 1", stream(), ODD, "--time", "1ms");
  }

  @Test
  void an_echo_of_other_bytes_is_noticed() {
    Peer peer = rig.attach(Peer.server(ODD));
    peer.onReadable = session -> {
      int count = session.rx().dropAll();
      session.consumed();
      session.write(new byte[count], 0, count);
    };
    assertFails(1, "1 of 1 sessions failed: wrong echo 1", rtt(), ODD, "--time", "1h");
    assertFails(1, "failed: wrong echo", connect(), ODD, "--time", "1h");
  }

  @Test
  void a_silent_server_does_not_hang_the_client() {
    rig.stop();
    rig = new PerfRig(1, 2, Map.of("timeout", Duration.ofMillis(500)));
    rig.attach(Peer.server(ODD)).onDisconnected = session -> {};
    assertFails(1, "2 of 2 sessions failed: no answer 2", stream(), ODD, "--time", "1ms", "--sessions", "2");
    assertFails(1, "2 of 2 sessions failed: no answer 2", rtt(), ODD, "--time", "1ms", "--sessions", "2");
    assertFails(1, "2 of 2 sessions failed: no answer 2", connect(), ODD, "--time", "1ms", "--outstanding", "2");
  }

  // ---- Giving up.

  @Test
  void a_run_shows_progress_and_can_be_cancelled() {
    rig.turnNs = 5_000_000;
    for (ConsoleCommand command : List.of(stream(), rtt(), connect())) {
      RecordingOutput output = new RecordingOutput().cancelAtProgress("of 3600 s, ");
      assertThatThrownBy(() -> rig.run(command, output, () -> false, PerfRig.URI, "--time", "1h"))
          .isInstanceOf(CommandException.class)
          .hasMessage("cancelled");
      assertThat(output.progress().getLast()).contains("/s, ", " MB/s");
      assertThat(rig.simulation.fifos()).as(command.name()).isZero();
    }
  }

  @Test
  void an_interrupted_run_ends_and_leaves_nothing() {
    RecordingOutput output = new RecordingOutput();
    assertThatThrownBy(() -> rig.run(stream(), output, () -> rig.count("bytes") > 1 << 20, PerfRig.URI, "--time", "1h"))
        .isInstanceOf(InterruptedException.class);
    assertThat(rig.simulation.fifos()).isZero();
    assertThat(output.rows("stream")).isEmpty();
  }

  private ConsoleCommand stream() {
    return new StreamCommand(rig.plugin, rig.application);
  }

  private ConsoleCommand rtt() {
    return new RttCommand(rig.plugin, rig.application);
  }

  private ConsoleCommand connect() {
    return new ConnectCommand(rig.plugin, rig.application);
  }

  private void assertFails(int exitStatus, String text, ConsoleCommand command, String... arguments) {
    CommandException failure =
        catchThrowableOfType(CommandException.class, () -> rig.run(command, arguments));
    assertThat(failure).as(command.name()).hasMessageContaining(text);
    assertThat(failure.exitStatus()).isEqualTo(exitStatus);
  }
}
