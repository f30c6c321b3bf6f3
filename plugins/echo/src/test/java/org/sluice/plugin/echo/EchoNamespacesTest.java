package org.sluice.plugin.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.testkit.console.RecordingOutput;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;

/** Services and clients in namespaces of their own, over TCP. */
@Timeout(30)
class EchoNamespacesTest {
  private static final String URI = "tcp://10.2.0.1:7";
  private static final Duration TURN = Duration.ofNanos(1_000);

  private final Simulation simulation = new Simulation(7, 2);
  private final TestHost plugin = simulation.host("echo", Map.of("listen", List.of(), "timeout", Duration.ofHours(1)));
  private final EchoApplication application = new EchoApplication(plugin);
  private final ConsoleCommand send = new EchoSendCommand(plugin);
  private final ConsoleCommand serve = new EchoServeCommand(application);
  private final ConsoleCommand stop = new EchoStopCommand(application);
  private final ConsoleCommand show = new EchoShowCommand(application);

  @BeforeEach
  void start() {
    TcpNamespaces.start(simulation);
    var _ = simulation.start(plugin, application);
  }

  @AfterEach
  void leavesNothingBehind() {
    simulation.stop(plugin);
    simulation.advance(Duration.ofMinutes(2));
    simulation.requireNothingLeft();
    assertThat(simulation.fifos()).as("FIFOs").isZero();
  }

  @Test
  void a_text_comes_back_from_another_namespace() throws Exception {
    assertThat(run(serve, URI, "namespace", "blue").values())
        .containsEntry("listening", URI).containsEntry("namespace", "blue");
    assertThat(run(send, URI, "hello", "blue", "namespace", "red", "secret", "7").lines())
        .containsExactly("hello blue");
    String large = "x".repeat(1 << 20);
    assertThat(run(send, URI, large, "namespace", "red", "secret", "0x7").lines()).containsExactly(large);
    assertThat(run(show).rows("services")).containsExactly(Map.of("uri", URI, "namespace", "blue", "accepted", 2L));
    assertThat(plugin.count("aborted")).isZero();

    assertThat(run(stop, URI).values()).containsEntry("stopped", URI).containsEntry("namespace", "blue");
    assertFails(1, "refused", send, URI, "hello", "namespace", "red", "secret", "7");
  }

  @Test
  void more_than_the_fifos_hold_comes_back_complete_after_a_half_close() throws Exception {
    run(serve, URI, "namespace", "blue");
    byte[] data = new byte[1 << 20];
    new SplittableRandom(1).nextBytes(data);
    Talker talker = new Talker(URI, data, true);
    AttachOptions options = AttachOptions.named("talker").with().namespace("red", 7).build();
    var _ = simulation.await(() -> plugin.applications().attach(talker, options));
    simulation.advance(Duration.ofSeconds(5));
    assertThat(talker.heard.toByteArray()).isEqualTo(data);
    assertThat(talker.end).isEqualTo("disconnected");
    assertThat(plugin.count("bytes")).isEqualTo(data.length);
    assertThat(plugin.count("aborted")).isZero();
  }

  @Test
  void what_is_wrong_with_a_namespace_is_said() throws Exception {
    assertFails(1, "to namespace 'green': invalid namespace (INVALID_NS); 'show app ns'",
        send, URI, "x", "namespace", "green");
    assertFails(1, "to namespace 'red': wrong ns secret (WRONG_NS_SECRET); say 'secret N'",
        send, URI, "x", "namespace", "red");
    assertFails(1, "(INVALID_NS); 'show app ns'", serve, URI, "namespace", "green");
    assertFails(1, "(WRONG_NS_SECRET); say 'secret N'", serve, URI, "namespace", "red", "secret", "8");
    assertFails(1, "(INVALID_NS); 'show app ns'", serve, URI, "namespace", "red", "secret", "7");
    assertFails(1, "no echo service listens on " + URI + "; 'show echo' lists them", stop, URI);
    assertFails(2, "'secret' needs a number", serve, URI, "namespace", "red", "secret");
    assertFails(2, "as in: echo serve", serve);
    assertFails(2, "echo stop needs", stop);
    assertFails(2, "takes no arguments", show, "x");
  }

  @Test
  void words_are_completed() throws Exception {
    run(serve, URI, "namespace", "blue");
    assertThat(send.complete(List.of(URI, "text", "n"))).containsExactly("namespace");
    assertThat(serve.complete(List.of(URI, "namespace", "red", ""))).containsExactly("secret");
    assertThat(stop.complete(List.of("tcp"))).containsExactly(URI);
    assertThat(stop.complete(List.of(URI, "namespace", ""))).containsExactly("blue");
  }

  private RecordingOutput run(ConsoleCommand command, String... arguments) throws Exception {
    RecordingOutput output = new RecordingOutput();
    simulation.command(command, output, TURN, arguments);
    return output;
  }

  private void assertFails(int exitStatus, String text, ConsoleCommand command, String... arguments) {
    CommandException failure = catchThrowableOfType(CommandException.class, () -> run(command, arguments));
    assertThat(failure).hasMessageContaining(text);
    assertThat(failure.exitStatus()).isEqualTo(exitStatus);
  }
}
