package org.sluice.plugin.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.host.ConfigurationException;
import org.sluice.spi.runtime.Handle;
import org.sluice.testkit.console.RecordingOutput;
import org.sluice.testkit.host.TestConfiguration;

/** The servers and what the commands say, in virtual time. */
@Timeout(60)
class ServersTest {
  private static final String OTHER = "ct://127.0.0.1/5202";

  private final PerfRig rig = new PerfRig(11, 2, Map.of("limit.sessions", 2));
  private final ConsoleCommand server = new ServerCommand(rig.application);
  private final ConsoleCommand stop = new StopCommand(rig.application);
  private final ConsoleCommand show = new ShowCommand(rig.application);

  @AfterEach
  void leavesNothingBehind() {
    rig.stop();
  }

  @Test
  void a_wrong_hello_is_answered_by_a_reset_and_counted() {
    byte[] wrongVersion = Kind.SINK.hello();
    wrongVersion[4] = 2;
    byte[] wrongKind = Kind.SINK.hello();
    wrongKind[5] = 3;
    byte[] reserved = Kind.ECHO.hello();
    reserved[15] = 1;
    int wrong = 0;
    for (byte[] hello : List.of(wrongVersion, wrongKind, reserved, new byte[16])) {
      assertThat(rig.attach(Peer.client(PerfRig.URI, hello)).end).isEqualTo("reset");
      assertThat(rig.count("wrong-hello")).isEqualTo(++wrong);
    }
    assertThat(rig.count("sessions")).isEqualTo(4);
  }

  @Test
  void a_hello_that_ends_too_early_is_wrong_too_and_one_in_pieces_is_not() {
    Peer shy = rig.attach(Peer.client(PerfRig.URI, Arrays.copyOf(Kind.SINK.hello(), 7)));
    rig.simulation.on(Handle.worker(shy.session().handle()), () -> shy.session().shutdown());
    rig.simulation.run();
    assertThat(rig.count("wrong-hello")).isEqualTo(1);

    byte[] hello = Kind.ECHO.hello();
    Peer slow = rig.attach(Peer.client(PerfRig.URI, Arrays.copyOf(hello, 7)));
    rig.simulation.on(Handle.worker(slow.session().handle()), () -> slow.session().write(hello, 7, 9));
    rig.simulation.run();
    rig.simulation.on(Handle.worker(slow.session().handle()), () -> slow.session().write(hello, 0, 5));
    rig.simulation.run();
    byte[] heard = new byte[9];
    rig.simulation.on(Handle.worker(slow.session().handle()),
        () -> assertThat(slow.session().read(heard, 0, 9)).isEqualTo(5));
    assertThat(Arrays.copyOf(heard, 5)).isEqualTo(Arrays.copyOf(hello, 5));
    assertThat(rig.count("wrong-hello")).isEqualTo(1);
  }

  @Test
  void a_client_that_aborts_is_counted_and_gone() throws Exception {
    Peer peer = rig.attach(Peer.client(PerfRig.URI, Kind.SINK.hello()));
    assertThat(rig.run(show).column("servers", "sessions")).containsExactly(1L);
    rig.simulation.on(Handle.worker(peer.session().handle()), () -> peer.session().reset());
    rig.simulation.run();
    assertThat(rig.count("aborted")).isEqualTo(1);
    assertThat(rig.run(show).column("servers", "sessions")).containsExactly(0L);
  }

  @Test
  void more_sessions_than_allowed_are_refused_and_room_is_made_by_those_that_end() {
    Peer first = rig.attach(Peer.client(PerfRig.URI, Kind.SINK.hello()));
    rig.attach(Peer.client(PerfRig.URI, Kind.SINK.hello()));
    assertThat(rig.attach(Peer.client(PerfRig.URI, Kind.SINK.hello())).end).isEqualTo("refused");
    assertThat(rig.count("limit.sessions")).isEqualTo(1);
    rig.simulation.on(Handle.worker(first.session().handle()), () -> first.session().close());
    rig.simulation.run();
    assertThat(rig.attach(Peer.client(PerfRig.URI, Kind.SINK.hello())).end).isEmpty();
    assertThat(rig.count("sessions")).isEqualTo(3);
  }

  @Test
  void servers_come_and_go() throws Exception {
    RecordingOutput started = rig.run(server, OTHER);
    assertThat(started.values()).containsEntry("listening", OTHER).containsEntry("threads", false);
    assertThat(rig.run(show).column("servers", "uri")).containsExactlyInAnyOrder(PerfRig.URI, OTHER);
    assertThat(stop.complete(List.of("ct://127.0.0.1/52"))).containsExactlyInAnyOrder(PerfRig.URI, OTHER);
    rig.rtt(OTHER, "--time", "1ms");
    Map<String, Object> row = rig.run(show).rows("servers").stream()
        .filter(shown -> OTHER.equals(shown.get("uri"))).findAny().orElseThrow();
    assertThat(row).containsEntry("sessions", 0L).containsEntry("accepted", 1L).containsEntry("threads", false);
    assertThat(row.get("bytes")).isEqualTo(rig.count("bytes"));
    assertThat(rig.run(stop, OTHER).values()).containsEntry("stopped", OTHER);
    assertFails(1, "no measuring server listens on", stop, OTHER);
    assertFails(1, "already listened on", server, PerfRig.URI);
    assertFails(1, "INVALID", server, "nonsense");
  }

  @Test
  void wrong_arguments_are_named_with_an_example() {
    ConsoleCommand stream = new StreamCommand(rig.plugin, rig.application);
    ConsoleCommand connect = new ConnectCommand(rig.plugin, rig.application);
    assertFails(2, "needs a URI; as in: perf stream ct://127.0.0.1/5201 --size 64", stream);
    assertFails(2, "not a session URI", stream, "nonsense");
    assertFails(2, "'x' is one word too many", stream, OTHER, "x");
    assertFails(2, "there is no --sise", stream, OTHER, "--sise", "1");
    assertFails(2, "--size needs a value", stream, OTHER, "--size");
    assertFails(2, "'1XB' is not a size: write 64", stream, OTHER, "--size", "64,1XB");
    assertFails(2, "is not a size", stream, OTHER, "--size", "");
    assertFails(2, "65KiB is not in 1..65536 (plugins.perf.fifo)", stream, OTHER, "--size", "65KiB");
    assertFails(2, "0 is not in 1..", stream, OTHER, "--size", "0");
    assertFails(2, "'5' is not a time: write 5s", stream, OTHER, "--time", "5");
    assertFails(2, "'0s' is not a time", stream, OTHER, "--time", "0s");
    assertFails(2, "--sessions 3 is not in 1..2 (plugins.perf.limit.sessions)", stream, OTHER, "--sessions", "3");
    assertFails(2, "--sessions 'two' is not a number", stream, OTHER, "--sessions", "two");
    assertFails(2, "there is no --size", connect, OTHER, "--size", "1");
    assertFails(2, "as in: perf connect ct://127.0.0.1/5201 --time 5s --outstanding 64", connect);
    assertFails(2, "as in: perf server", server);
    assertFails(2, "perf stop needs", stop);
    assertFails(2, "takes no arguments", show, "x");
    assertThat(stream.complete(List.of(OTHER, "--s"))).containsExactly("--size", "--sessions");
  }

  @Test
  void words_for_sizes_and_times() {
    assertThat(Units.bytes("64").getAsLong()).isEqualTo(64);
    assertThat(Units.bytes("2kB").getAsLong()).isEqualTo(2000);
    assertThat(Units.bytes("2MiB").getAsLong()).isEqualTo(2 << 20);
    assertThat(Units.bytes("KiB")).isEmpty();
    assertThat(Units.bytes("-1")).isEmpty();
    assertThat(Units.nanoseconds("200ms").getAsLong()).isEqualTo(200_000_000);
    assertThat(Units.nanoseconds("999999999h")).isEmpty();
    assertThat(Units.sizeText(64)).isEqualTo("64 B");
    assertThat(Units.sizeText(64 << 10)).isEqualTo("64 KiB");
    assertThat(Units.sizeText(3 << 20)).isEqualTo("3 MiB");
  }

  @Test
  void a_configuration_out_of_range_is_named_by_its_key() {
    assertThatThrownBy(() -> PerfSettings.of(new TestConfiguration(Map.of(
        "listen", List.of(), "fifo", 1, "timeout", Duration.ofSeconds(1), "limit.sessions", 1))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("plugins.perf.fifo = 1 is not in 4096..");
  }

  private void assertFails(int exitStatus, String text, ConsoleCommand command, String... arguments) {
    CommandException failure = catchThrowableOfType(CommandException.class, () -> rig.run(command, arguments));
    assertThat(failure).hasMessageContaining(text);
    assertThat(failure.exitStatus()).isEqualTo(exitStatus);
  }
}
