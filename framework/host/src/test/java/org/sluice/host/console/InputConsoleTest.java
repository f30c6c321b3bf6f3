package org.sluice.host.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.StringReader;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.sluice.host.testing.Owners;
import org.sluice.host.testing.RecordingSink;

class InputConsoleTest {
  private final CommandRegistry registry = new CommandRegistry();
  private final RecordingSink sink = new RecordingSink();
  private final AtomicBoolean stopped = new AtomicBoolean();

  @Test
  void lines_are_commands_and_the_end_of_input_ends_the_console() {
    registry.add(Owners.named("test"),
        new FakeCommand("say", (arguments, output) -> output.line(String.join(",", arguments))));
    assertThat(run("say a b\n\nsay c\n")).isTrue();
    assertThat(sink.text()).isEqualTo("a,b\nc\n");
  }

  @Test
  void input_that_is_empty_from_the_start_asks_for_nothing() {
    assertThat(run("")).isFalse();
  }

  @Test
  void no_line_is_read_once_the_host_stops() {
    registry.add(Owners.named("test"), new FakeCommand("quit", (arguments, output) -> stopped.set(true)));
    registry.add(Owners.named("test"), new FakeCommand("say", (arguments, output) -> output.line("too late")));
    assertThat(run("quit\nsay\n")).isTrue();
    assertThat(sink.text()).isEmpty();
  }

  private boolean run(String input) {
    return new InputConsole(new Console(registry), new BufferedReader(new StringReader(input)), sink, stopped::get)
        .run();
  }
}
