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
import org.sluice.plugin.cutthrough.CutThroughTransport;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.testkit.console.RecordingOutput;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;

/** The echo service and its client over cut-through. */
@Timeout(30)
class EchoTest {
  private static final String URI = "ct://127.0.0.1/7";

  private Simulation simulation;
  private TestHost plugin;
  private EchoApplication application;

  @BeforeEach
  void start() {
    simulation = new Simulation(7, 2);
    TestHost cutThrough = simulation.host("local-cutthrough", Map.of("max-connections", 100));
    simulation.start(cutThrough, new CutThroughTransport(cutThrough));
    plugin = simulation.host("echo", Map.of("listen", List.of("ct://0.0.0.0/7"), "timeout", Duration.ofSeconds(10)));
    application = simulation.start(plugin, new EchoApplication(plugin));
  }

  @AfterEach
  void leavesNothingBehind() {
    simulation.run();
    assertThat(simulation.fifos()).as("FIFOs").isZero();
  }

  @Test
  void more_than_the_fifos_hold_comes_back_complete_after_a_half_close() {
    byte[] data = new byte[1 << 20];
    new SplittableRandom(1).nextBytes(data);
    Talker talker = talk(new Talker(URI, data, true));
    simulation.run();
    assertThat(talker.heard.toByteArray()).isEqualTo(data);
    assertThat(talker.end).isEqualTo("disconnected");
    assertThat(plugin.count("sessions")).isEqualTo(1);
    assertThat(plugin.count("bytes")).isEqualTo(data.length);
    assertThat(plugin.count("aborted")).isZero();
  }

  @Test
  void a_reader_that_does_not_read_holds_the_writer_back() {
    byte[] data = new byte[1 << 20];
    Talker talker = talk(new Talker(URI, data, true));
    talker.deaf = true;
    simulation.run();
    int held = talker.said;
    assertThat(held).as("two FIFOs and no more").isBetween(256 << 10, 600 << 10);

    talker.deaf = false;
    simulation.on(Handle.worker(talker.session().handle()), () -> talker.onReadable(talker.session()));
    simulation.run();
    assertThat(talker.heard.size()).isEqualTo(data.length);
  }

  @Test
  void a_session_that_is_reset_is_counted_and_gone() {
    Talker talker = talk(new Talker(URI, new byte[1 << 20], false));
    talker.deaf = true;
    simulation.run();
    simulation.on(Handle.worker(talker.session().handle()), () -> talker.session().reset());
    simulation.run();
    assertThat(plugin.count("aborted")).isEqualTo(1);
  }

  @Test
  void a_thousand_sessions_leave_nothing() {
    Churn churn = new Churn(1_000);
    var _ = simulation.await(() -> plugin.applications().attach(churn, AttachOptions.named("churn")));
    simulation.run();
    assertThat(churn.heard()).isEqualTo(1_000 * Churn.MESSAGE_BYTES);
    assertThat(plugin.count("sessions")).isEqualTo(1_000);
    assertThat(plugin.count("bytes")).isEqualTo(1_000 * Churn.MESSAGE_BYTES);
    assertThat(plugin.count("aborted")).isZero();
  }

  // ---- The command.

  @Test
  void echo_send_prints_what_comes_back() throws Exception {
    assertThat(send(URI, "hello", "w\u00f6rld").lines()).containsExactly("hello w\u00f6rld");
    assertThat(send(URI, "x".repeat(1 << 20)).lines()).containsExactly("x".repeat(1 << 20));
  }

  @Test
  void a_service_of_a_namespace_is_reached_from_there() throws Exception {
    simulation.addNamespace("red", 7, 0, "10.0.0.1/8");
    RecordingOutput served = new RecordingOutput();
    simulation.command(new EchoServeCommand(application), served, "ct://0.0.0.0/17", "namespace", "red", "secret", "7");
    assertThat(served.values()).containsEntry("namespace", "red");
    assertThat(send("ct://127.0.0.1/17", "hello", "namespace", "red", "secret", "7").lines()).containsExactly("hello");
    assertFails(1, "connect to", "ct://127.0.0.1/17", "hello");
  }

  @Test
  void echo_send_says_why_it_failed() {
    assertFails(1, "connect to ct://127.0.0.1/8", "ct://127.0.0.1/8", "hello");
    assertFails(2, "not a session URI", "nonsense", "hello");
    assertFails(2, "as in: echo send", URI);
    var _ = simulation.start(plugin, new Refuser("ct://0.0.0.0/9", AcceptDecision.REJECT));
    assertFails(1, "refused", "ct://127.0.0.1/9", "hello");
  }

  @Test
  void echo_send_notices_a_service_that_hangs_up() {
    var _ = simulation.start(plugin, new Refuser("ct://0.0.0.0/9", AcceptDecision.ACCEPT));
    assertFails(1, "ended the session after 0 of 5 bytes", "ct://127.0.0.1/9", "hello");
  }

  @Test
  void a_uri_that_cannot_be_listened_on_does_not_stop_the_others() {
    simulation.stop(plugin);
    plugin = simulation.host("echo", Map.of(
        "listen", List.of("nonsense", "nosuch://0.0.0.0/7", "ct://0.0.0.0/7"), "timeout", Duration.ofSeconds(10)));
    simulation.start(plugin, new EchoApplication(plugin));
    Talker talker = talk(new Talker(URI, new byte[10], true));
    simulation.run();
    assertThat(talker.heard.size()).isEqualTo(10);
  }

  private RecordingOutput send(String... arguments) throws Exception {
    RecordingOutput output = new RecordingOutput();
    simulation.command(new EchoSendCommand(plugin), output, arguments);
    return output;
  }

  private void assertFails(int exitStatus, String text, String... arguments) {
    CommandException failure = catchThrowableOfType(CommandException.class, () -> send(arguments));
    assertThat(failure).hasMessageContaining(text);
    assertThat(failure.exitStatus()).isEqualTo(exitStatus);
  }

  private Talker talk(Talker talker) {
    var _ = simulation.await(() -> plugin.applications().attach(talker, AttachOptions.named("talker")));
    return talker;
  }

  /** Accepts and hangs up, or refuses. */
  private record Refuser(String uri, AcceptDecision decision) implements Application {
    @Override
    public void onAttached(ApplicationContext context) {
      var _ = context.listen(uri);
    }

    @Override
    public AcceptDecision onAccept(Session session) {
      return decision;
    }

    @Override
    public void onReadable(Session session) {
      session.close();
    }
  }
}
