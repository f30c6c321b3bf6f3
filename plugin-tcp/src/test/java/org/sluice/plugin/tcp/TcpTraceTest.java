package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.transport.Endpoint;
import org.sluice.testkit.console.GoldenText;
import org.sluice.testkit.console.RecordingOutput;

/** What the trace tells of segments: whom they were for, and what became of their flows. */
class TcpTraceTest {
  private static final GoldenText GOLDEN = new GoldenText("trace");

  private static RecordingOutput run(WireWorld w, String line) throws Exception {
    ConsoleCommand command = w.simulation.stack().consoleCommands().stream()
        .filter(c -> (line + " ").startsWith(c.name() + " ")).findFirst().orElseThrow();
    String rest = line.substring(command.name().length()).strip();
    RecordingOutput output = new RecordingOutput();
    w.simulation.command(command, output, rest.isEmpty() ? new String[0] : rest.split(" "));
    return output;
  }

  private static void connect(WireWorld w, String uri, String local) {
    w.connect(ConnectOptions.of(uri).withLocal(Endpoint.of(local, 5000)), 1);
    w.advance(Duration.ofMillis(100));
  }

  private static List<Object> steps(WireWorld w) throws Exception {
    return run(w, "show trace").column("steps", "step");
  }

  @Test
  void a_handshake_and_data_from_the_application_to_the_application() throws Exception {
    WireWorld w = new WireWorld(1, 0, Map.of("delay", "5ms")).listen(64 << 10, "tcp://10.0.0.2:80");
    run(w, "trace add 100 proto tcp");
    connect(w, "tcp://10.0.0.2:80", WireWorld.CLIENT_ADDRESS);
    w.act(w.client, s -> s.write(new byte[100], 0, 100));
    w.advance(Duration.ofMillis(100));
    GOLDEN.assertMatches("tcp", run(w, "show trace").text());
    run(w, "clear trace");
    w.end();
  }

  @Test
  void segments_that_a_deny_list_refuses() throws Exception {
    WireWorld w = new WireWorld(1, 0, Map.of()).listen(64 << 10, "tcp://10.0.0.2:80");
    run(w, "session rt-backend sdl");
    run(w, "session sdl add 10.0.0.1/32 appns server");
    run(w, "trace add 100 proto tcp rx interface wire:1");
    connect(w, "tcp://10.0.0.2:80", WireWorld.CLIENT_ADDRESS);
    assertThat(steps(w)).contains("lookup: a rule refuses it",
        "dropped: Segments that a rule refuses (tcp.drop.filtered)");
    GOLDEN.assertMatches("denied", run(w, "show trace max 1").text());
    run(w, "session rt-backend none");
    w.end();
  }

  @Test
  void segments_for_nobody_and_those_to_another_worker() throws Exception {
    WireWorld w = new WireWorld(1, 2, Map.of()).listen(64 << 10, "tcp://[fd00::2]:80");
    run(w, "trace add 100 proto tcp");
    connect(w, "tcp://[fd00::2]:81", WireWorld.CLIENT_ADDRESS_6);
    assertThat(steps(w)).contains("lookup: nobody", "counted tcp.resets.out +1");
    run(w, "trace add 100 proto tcp");
    for (int i = 0; i < 8; i++) {
      w.connect("tcp://[fd00::2]:80", 2 + i);
    }
    w.advance(Duration.ofSeconds(1));
    assertThat(steps(w)).contains("tcp state SYN_RECEIVED -> ESTABLISHED");
    run(w, "clear trace");
    w.end();
  }
}
