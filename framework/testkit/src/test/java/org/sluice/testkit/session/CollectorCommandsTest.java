package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.console.RecordingOutput;
import org.sluice.testkit.transport.ScriptedConnection;

/** {@code app evt-collector} and {@code show app evt-collector}, as an operator types them. */
@Timeout(60)
class CollectorCommandsTest {
  private final ScriptedWorld w = new ScriptedWorld(1, 1, TxMode.DEQUEUE);

  private ConsoleCommand command(String name) {
    return w.simulation.stack().consoleCommands().stream()
        .filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  private String type(String name, String... words) throws CommandException, InterruptedException {
    RecordingOutput output = new RecordingOutput();
    w.simulation.command(command(name), output, words);
    return output.text();
  }

  private void endOne() {
    ScriptedConnection connection = w.accepted(1);
    w.on(connection, () -> w.transport.deleted(connection));
    w.run();
  }

  @Test
  void A22_operator_makes_an_application_a_collector_and_sees_what_it_is_given() throws Exception {
    assertThat(type("show app", "evt-collector")).isEqualTo("""
        records: 0
        dropped: 0
        undelivered: 0
        no event collector is attached
        """);
    endOne();
    assertThat(type("app evt-collector", "add", "application")).isEqualTo("event collector application is ready\n");
    assertThat(type("app evt-collector", "add", "application")).as("again")
        .isEqualTo("event collector application is ready\n");
    endOne();
    endOne();
    assertThat(type("show app", "evt-collector")).isEqualTo("""
        records: 2
        dropped: 0
        undelivered: 0
        Application           Namespace     State       Records  Plugin
        application           default       ready             2  applications
        """);
    assertThat(type("app evt-collector", "del", "application")).isEqualTo("application collects no events\n");
    endOne();
    assertThat(type("show app", "evt-collector")).startsWith("records: 2\n").contains("no event collector");
    w.end();
  }

  @Test
  void A22_wrong_words_are_refused_and_names_are_completed() {
    assertThatExceptionOfType(CommandException.class).isThrownBy(() -> type("app evt-collector", "add", "nobody"))
        .withMessageContaining("event collector 'nobody'");
    assertThatExceptionOfType(CommandException.class).isThrownBy(() -> type("app evt-collector", "enable"))
        .withMessageContaining("'enable' is neither 'add' nor 'del'");
    assertThatExceptionOfType(CommandException.class).isThrownBy(() -> type("app evt-collector", "del"));
    assertThat(command("app evt-collector").complete(List.of("a"))).containsExactly("add");
    assertThat(command("show app").complete(List.of("e"))).containsExactly("evt-collector");
    w.end();
  }
}
