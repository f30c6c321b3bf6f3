package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.console.RecordingOutput;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.ScriptedTransport;

/** {@code session enable} and {@code session disable}, as an operator types them. */
@Timeout(60)
class SessionSwitchCommandsTest {
  private final Simulation simulation = new Simulation(1, 1);
  private final TestHost plugin = simulation.host("scripted", Map.of());
  private final ScriptedTransport transport = simulation.start(plugin, new ScriptedTransport(
      new TransportDescriptor("script", "S", ServiceType.VIRTUAL_CIRCUIT, TxMode.DEQUEUE, Set.of()), plugin));
  private final RecordingApplication application = simulation.start(plugin, new RecordingApplication());

  private RecordingOutput type(String name) throws CommandException, InterruptedException {
    RecordingOutput output = new RecordingOutput();
    type(name, output);
    return output;
  }

  private void type(String name, RecordingOutput output) throws CommandException, InterruptedException {
    ConsoleCommand command = simulation.stack().consoleCommands().stream()
        .filter(c -> c.name().equals(name)).findFirst().orElseThrow();
    simulation.command(command, output);
  }

  @Test
  void the_layer_goes_and_comes_and_the_console_says_so() throws Exception {
    assertThat(type("show transport").column("transports", "state")).containsExactly("enabled");
    assertThat(type("session enable").text()).isEqualTo("the session layer is enabled already\n");
    assertThat(type("session disable").text())
        .isEqualTo("the session layer is disabled, 'session enable' brings it back\n");
    assertThat(application.detaches()).isEqualTo(1);
    assertThat(type("session disable").text()).isEqualTo("the session layer is disabled already\n");
    assertThat(type("show transport").column("transports", "state")).containsExactly("disabled");
    assertThat(type("show session").text()).startsWith("the session layer is disabled, 'session enable'");
    assertThat(type("session enable").text()).isEqualTo("the session layer is enabled\n");
    assertThat(type("show session").text()).startsWith("Worker 0: no sessions");
    assertThat(type("show app").text()).contains("recordingapplication");
  }

  @Test
  void what_does_not_come_back_is_named_and_fails_the_command() throws Exception {
    simulation.runtime().tolerateFaults();
    type("session disable");
    transport.throwIn("enable");
    RecordingOutput output = new RecordingOutput();
    assertThatExceptionOfType(CommandException.class).isThrownBy(() -> type("session enable", output))
        .satisfies(refused -> assertThat(refused.exitStatus()).isEqualTo(1));
    assertThat(output.text()).isEqualTo("""
        the session layer is enabled
        transport script could not be enabled and is removed: see the log
        """);
  }
}
