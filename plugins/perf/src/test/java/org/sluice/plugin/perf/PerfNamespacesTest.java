package org.sluice.plugin.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.testkit.console.RecordingOutput;

/** Servers and clients in namespaces of their own, over TCP. */
@Timeout(30)
class PerfNamespacesTest {
  private static final String URI = "tcp://10.2.0.1:5201";

  private final PerfRig rig = new PerfRig(11, 2, Map.of("limit.sessions", 4));
  private final ConsoleCommand server = new ServerCommand(rig.application);
  private final ConsoleCommand stop = new StopCommand(rig.application);
  private final ConsoleCommand show = new ShowCommand(rig.application);

  @BeforeEach
  void start() {
    TcpNamespaces.start(rig.simulation);
  }

  @AfterEach
  void leavesNothingBehind() {
    rig.simulation.advance(Duration.ofMinutes(2));
    rig.stop();
  }

  @Test
  void a_stream_goes_to_another_namespace_and_arrives() throws Exception {
    assertThat(rig.run(server, URI, "namespace", "blue").values())
        .containsEntry("listening", URI).containsEntry("namespace", "blue").containsEntry("threads", false);
    RecordingOutput output = rig.stream(URI, "--size", "64,16KiB", "--time", "20ms", "--sessions", "2",
        "namespace", "red", "secret", "7");
    assertThat(output.column("stream", "verified")).containsExactly(2L, 2L);
    assertThat(output.column("stream", "bytes")).allSatisfy(bytes -> assertThat((Long) bytes).isPositive());
    assertThat(rig.count("aborted")).isZero();
    assertThat(rig.run(show).column("servers", "namespace")).containsExactlyInAnyOrder("default", "blue");
    assertThat(rig.run(stop, URI).values()).containsEntry("namespace", "blue");
  }

  @Test
  void round_trips_go_to_another_namespace() throws Exception {
    rig.run(server, URI, "namespace", "blue");
    RecordingOutput output = rig.rtt(URI, "--time", "20ms", "--sessions", "3", "namespace", "red", "secret", "7");
    assertThat(output.column("rtt", "count")).allSatisfy(count -> assertThat((Long) count).isGreaterThan(10L));
    assertThat(output.column("rtt", "p50_us")).as("twice 50 us and no delayed acknowledgement")
        .allSatisfy(p50 -> assertThat((Double) p50).isBetween(100.0, 1_000.0));
    assertThat(rig.count("aborted")).isZero();
  }

  @Test
  void connections_are_opened_and_closed_in_good_order() throws Exception {
    rig.run(server, URI, "namespace", "blue");
    RecordingOutput output = rig.connect(URI, "--time", "20ms", "--outstanding", "2",
        "namespace", "red", "secret", "7");
    assertThat(output.column("connect", "failed")).containsExactly(0L);
    assertThat(output.column("connect", "connections"))
        .allSatisfy(count -> assertThat((Long) count).isGreaterThan(10L));
    assertThat(rig.count("aborted")).isZero();
  }

  @Test
  void sessions_of_a_namespace_that_goes_count_no_more() throws Exception {
    rig.run(server, URI, "namespace", "blue");
    AttachOptions options = AttachOptions.named("client").with().namespace("red", TcpNamespaces.RED_SECRET).build();
    for (int i = 0; i < 5; i++) {
      AttachOptions named = options.withName("client-" + i).build();
      var _ = rig.simulation.await(
          () -> rig.plugin.applications().attach(Peer.client(URI, Kind.SINK.hello()), named));
    }
    rig.simulation.advance(Duration.ofSeconds(1));
    assertThat(rig.count("limit.sessions")).isEqualTo(1);
    var _ = rig.simulation.await(() -> rig.simulation.stack().applicationLayer().namespaces().delete("blue"));
    assertThat(rig.run(show).column("servers", "uri")).containsExactly(PerfRig.URI);
    assertThat(rig.stream(PerfRig.URI, "--time", "1ms", "--sessions", "4").column("stream", "verified"))
        .as("there is room for all").containsExactly(4L);
  }

  @Test
  void what_is_wrong_with_a_namespace_is_said() {
    ConsoleCommand stream = new StreamCommand(rig.plugin, rig.application);
    assertFails(1, "to namespace 'green': invalid namespace (INVALID_NS); 'show app ns'",
        stream, URI, "namespace", "green");
    assertFails(1, "(WRONG_NS_SECRET); say 'secret N'", stream, URI, "namespace", "red");
    assertFails(1, "(WRONG_NS_SECRET); say 'secret N'", server, URI, "--threads", "namespace", "red", "secret", "6");
    assertFails(2, "'--time' is not known behind it", stream, URI, "namespace", "red", "--time", "5s");
    assertFails(1, "no measuring server listens on " + URI + " in namespace 'red'", stop, URI, "namespace", "red");
    assertThat(stream.complete(List.of(URI, "--time", "5s", "n"))).containsExactly("namespace");
    assertThat(stream.complete(List.of(URI, "namespace", "red", ""))).containsExactly("secret");
    assertThat(server.complete(List.of(URI, ""))).containsExactly("--threads", "namespace");
  }

  private void assertFails(int exitStatus, String text, ConsoleCommand command, String... arguments) {
    CommandException failure = catchThrowableOfType(CommandException.class, () -> rig.run(command, arguments));
    assertThat(failure).hasMessageContaining(text);
    assertThat(failure.exitStatus()).isEqualTo(exitStatus);
  }
}
