package org.sluice.distribution;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** How a process ended and what it printed. */
record Outcome(int exitCode, String output) {
  private static final long DEADLINE_SECONDS = 120;

  static Outcome of(Launch launch) throws IOException, InterruptedException {
    return of(launch, Path.of("").toAbsolutePath());
  }

  static Outcome of(Launch launch, Path folder) throws IOException, InterruptedException {
    Process process = launch.in(folder).start();
    process.getOutputStream().close();
    // Whoever hangs is ended, which also ends the reading below.
    Thread.ofVirtual().start(() -> {
      try {
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
      }
    });
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }
}
