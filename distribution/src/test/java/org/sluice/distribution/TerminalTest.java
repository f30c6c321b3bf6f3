package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice run} on a terminal, made by script(1): what is typed goes through the kernel's line discipline. */
@Timeout(180)
class TerminalTest {
  private static final String CONTROL_C = "\u0003";
  /** So much that it is not sent before a person could give up; the file has no blocks. */
  private static final long LARGE_BYTES = 1L << 40;

  @TempDir Path folder;
  private Process terminal;
  private final StringBuilder screen = new StringBuilder();

  @BeforeEach
  void open() throws IOException {
    String host = "stty rows 40 cols 200; exec '" + Launch.SCRIPT + "' run --socket '" + folder.resolve("ctl.sock")
        + "' --set plugins.transfer.limit.file-bytes=" + LARGE_BYTES;
    terminal = new Launch(Path.of("script"), "-qefc", host, "/dev/null").with("TERM", "xterm").in(folder).start();
    Thread.ofPlatform().daemon().name("screen").start(() -> copy(terminal.getInputStream()));
  }

  @AfterEach
  void close() {
    terminal.destroyForcibly();
  }

  private void copy(InputStream shown) {
    byte[] buffer = new byte[8192];
    try {
      for (int count = shown.read(buffer); count >= 0; count = shown.read(buffer)) {
        synchronized (screen) {
          screen.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
          screen.notifyAll();
        }
      }
    } catch (IOException e) {
      // The terminal is closed.
    }
  }

  /** Waits until a text stands behind a place of the screen; returns the place behind it. */
  private int await(String text, int from) throws InterruptedException {
    synchronized (screen) {
      while (screen.indexOf(text, from) < 0) {
        screen.wait();
      }
      return screen.indexOf(text, from) + text.length();
    }
  }

  private void type(String text) throws IOException {
    OutputStream keyboard = terminal.getOutputStream();
    keyboard.write(text.getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
  }

  @Test
  void control_c_ends_the_command_that_runs_and_not_the_host_and_tab_completes() throws Exception {
    Path large = folder.resolve("large");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(LARGE_BYTES);
    }
    int seen = await("sluice> ", await("Ready.", 0));
    type("transfer receive ct://127.0.0.1/9 '" + folder.resolve("in") + "'\r");
    seen = await("sluice> ", await("directory: ", seen));
    type("transfer send '" + large + "' ct://127.0.0.1/9\r");
    seen = await(" MB/s", await("1/1 large: ", seen));
    type(CONTROL_C);
    seen = await("sluice> ", await("cancelled", seen));
    type("show ver\t\r");
    seen = await("sluice> ", await("spi: ", seen));
    type("quit\r");
    await("stopping", seen);
    assertThat(terminal.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(terminal.exitValue()).isZero();
  }
}
