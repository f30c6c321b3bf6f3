package org.sluice.host.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jline.terminal.Size;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sluice.host.testing.Owners;

class TerminalConsoleTest {
  private static final long DEADLINE_SECONDS = 20;
  private static final String CONTROL_C = "\u0003";
  private static final String CONTROL_D = "\u0004";

  private final CommandRegistry registry = new CommandRegistry();
  private final Screen screen = new Screen();
  private final PipedOutputStream keyboard = new PipedOutputStream();
  private final BlockingQueue<String> ran = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private ExternalTerminal terminal;

  /** What a person would see; tells when something appears on it. */
  private static final class Screen extends ByteArrayOutputStream {
    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      super.write(bytes, offset, length);
      notifyAll();
    }

    @Override
    public synchronized void write(int b) {
      super.write(b);
      notifyAll();
    }

    private synchronized void await(String text, int times) {
      assertThat(Monitors.await(this, Duration.ofSeconds(DEADLINE_SECONDS),
          () -> toString(StandardCharsets.UTF_8).split(Pattern.quote(text), -1).length > times))
          .as("'%s' %d times in: %s", text, times, this).isTrue();
    }
  }

  @BeforeEach
  void open() throws IOException {
    terminal = new ExternalTerminal("test", "ansi", new PipedInputStream(keyboard), screen, StandardCharsets.UTF_8);
    terminal.setSize(Size.of(100, 40));
    registry.add(Owners.named("test"), new FakeCommand("say", (arguments, output) -> {
      output.line("said " + arguments);
      ran.add(arguments.toString());
    }, "first", "second"));
    Thread.ofPlatform().daemon().start(() -> {
      new TerminalConsole(new Console(registry), () -> false).run(terminal);
      ended.complete(null);
    });
    screen.await("sluice> ", 1);
  }

  @AfterEach
  void close() throws IOException {
    terminal.close();
  }

  @Test
  void a_line_is_a_command_and_its_result_is_shown() throws Exception {
    type("say hello\r");
    assertThat(next()).isEqualTo("[hello]");
    type(CONTROL_D);
    ended.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    assertThat(screen.toString(StandardCharsets.UTF_8)).contains("sluice> ", "said [hello]");
  }

  @Test
  void tab_completes_names_and_arguments() throws Exception {
    type("sa\tsec\t\r");
    assertThat(next()).isEqualTo("[second]");
  }

  @Test
  void control_c_gives_up_the_command_that_runs_and_nothing_else() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    registry.add(Owners.named("test"), new FakeCommand("wait", (arguments, output) -> {
      running.countDown();
      new CountDownLatch(1).await();
    }));
    type("wait\r");
    assertThat(running.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    type(CONTROL_C);
    type("say after\r");
    assertThat(next()).isEqualTo("[after]");
    assertThat(ended).isNotDone();
    assertThat(screen.toString(StandardCharsets.UTF_8)).contains("cancelled");
  }

  @Test
  void control_c_gives_up_a_line_and_on_an_empty_one_the_console() throws Exception {
    type("say never");
    screen.await("say never", 1);
    type(CONTROL_C);
    screen.await("sluice> ", 2);
    type("say once\r");
    assertThat(next()).isEqualTo("[once]");
    screen.await("sluice> ", 3);
    type(CONTROL_C);
    ended.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    assertThat(ran).isEmpty();
  }

  private void type(String text) throws IOException {
    keyboard.write(text.getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
  }

  private String next() throws InterruptedException {
    return String.valueOf(ran.poll(DEADLINE_SECONDS, TimeUnit.SECONDS));
  }
}
