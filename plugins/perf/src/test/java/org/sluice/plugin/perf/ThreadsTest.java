package org.sluice.plugin.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.Stack;
import org.sluice.plugin.cutthrough.CutThroughTransport;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.session.Session;
import org.sluice.testkit.console.RecordingOutput;
import org.sluice.testkit.host.TestHost;

/** Servers and clients with threads, on a running stack. */
@Timeout(60)
class ThreadsTest {
  private static final String CALLBACKS = "ct://127.0.0.1/5201";
  private static final String THREADS = "ct://127.0.0.1/5202";
  private static final String ODD = "ct://127.0.0.1/5203";

  private Stack stack;
  private TestHost plugin;
  private PerfApplication application;

  @BeforeEach
  void start() throws Exception {
    stack = Stack.builder().dataWorkers(1).build();
    stack.start();
    TestHost cutThrough = TestHost.of(stack, "local-cutthrough").with(Map.of("max-connections", 10_000));
    cutThrough.scope().registerTransport(new CutThroughTransport(cutThrough)).join();
    plugin = TestHost.of(stack, "perf").with(Map.of("listen", List.of(CALLBACKS), "fifo", 64 << 10,
        "timeout", Duration.ofSeconds(20), "limit.sessions", 100));
    application = new PerfApplication(plugin);
    plugin.scope().keepAttached(application).join();
    assertThat(run(new ServerCommand(application), THREADS, "--threads").values()).containsEntry("threads", true);
  }

  @AfterEach
  void leavesNothingBehind() {
    await("sessions", () ->
        application.servers().all().stream().allMatch(server -> server.listener().open().sum() == 0));
    plugin.revoke().join();
    stack.close();
    assertThat(plugin.scope().faults().count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 20})
  void threads_stream_to_both_kinds_of_server(int sessions) throws Exception {
    for (String uri : List.of(CALLBACKS, THREADS)) {
      RecordingOutput output = run(new StreamCommand(plugin, application), uri, "--size", "64,16KiB",
          "--time", "30ms", "--sessions", Integer.toString(sessions), "--threads");
      assertThat(output.column("stream", "verified")).containsOnly((long) sessions);
      assertThat(output.column("stream", "bytes")).allSatisfy(bytes -> assertThat((Long) bytes).isPositive());
    }
    await("bytes", () -> application.servers().all().stream().mapToLong(server -> server.listener().bytes().sum()).sum()
        == plugin.count("bytes"));
    assertThat(plugin.count("aborted")).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 20})
  void threads_count_round_trips_with_both_kinds_of_server(int sessions) throws Exception {
    for (String uri : List.of(CALLBACKS, THREADS)) {
      RecordingOutput output = run(new RttCommand(plugin, application), uri, "--time", "30ms",
          "--sessions", Integer.toString(sessions), "--threads");
      assertThat((Long) output.rows("rtt").getFirst().get("count")).isGreaterThanOrEqualTo(sessions);
    }
    assertThat(plugin.count("aborted")).isZero();
  }

  @Test
  void callbacks_use_a_server_with_threads() throws Exception {
    RecordingOutput output = run(new StreamCommand(plugin, application), THREADS, "--time", "30ms", "--sessions", "3");
    assertThat(output.column("stream", "verified")).containsExactly(3L);
    output = run(new ConnectCommand(plugin, application), THREADS, "--time", "30ms", "--outstanding", "4");
    assertThat((Long) output.rows("connect").getFirst().get("connections")).isGreaterThanOrEqualTo(4);
    assertThat(output.rows("failures")).isEmpty();
  }

  @Test
  void a_server_thread_resets_a_wrong_hello_and_a_client_thread_tells_of_a_reset() throws Exception {
    Peer wrong = Peer.client(THREADS, new byte[16]);
    plugin.applications().attach(wrong, AttachOptions.named("wrong")).join();
    await("wrong hello", () -> plugin.count("wrong-hello") == 1);

    Peer odd = Peer.server(ODD);
    odd.onReadable = Session::reset;
    plugin.applications().attach(odd, AttachOptions.named("odd")).join();
    for (ConsoleCommand command
        : List.of(new StreamCommand(plugin, application), new RttCommand(plugin, application))) {
      CommandException failure = catchThrowableOfType(CommandException.class,
          () -> run(command, ODD, "--time", "1h", "--sessions", "2", "--threads"));
      assertThat(failure).hasMessageContaining("2 of 2 sessions failed: reset by peer 2");
    }
  }

  private static RecordingOutput run(ConsoleCommand command, String... arguments) throws Exception {
    RecordingOutput output = new RecordingOutput();
    command.run(List.of(arguments), output);
    return output;
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
