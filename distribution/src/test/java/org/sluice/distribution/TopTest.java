package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice top} of a host under load fits a small terminal and shows what happens. */
class TopTest {
  private static final int COLUMNS = 80;
  private static final int LINES = 24;
  private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);

  @TempDir Path folder;

  @Test
  void a_page_of_a_busy_host_fits_and_has_workers_and_rates() throws Exception {
    try (RunningHost host = RunningHost.start(folder)) {

      host.ask("interface add loop");
      host.ask("address add loop0 10.0.0.1/24");
      Process load = new Launch(Launch.SCRIPT, "ctl", "--socket", folder.resolve("ctl.sock").toString(), "ping",
          "10.0.0.1", "count", "20000", "interval", "1").in(folder).redirectOutput(folder.resolve("load").toFile())
          .start();
      try {
        List<String> page = top().output().lines().toList();
        long deadline = System.nanoTime() + DEADLINE_NS;
        while (page.stream().noneMatch(line -> line.startsWith("stack.link.sent ")) && System.nanoTime() < deadline) {
          page = top().output().lines().toList();
        }
        assertThat(page).hasSizeLessThanOrEqualTo(LINES).allMatch(line -> line.length() <= COLUMNS);
        assertThat(page).anyMatch(line -> line.startsWith("Worker ") && line.endsWith("Sessions"))
            .anyMatch(line -> line.matches("worker-0( +\\d+){6}"))
            .anyMatch(line -> line.matches("stack\\.link\\.sent +[1-9]\\d* +\\d+"));
      } finally {
        load.destroy();
        load.waitFor();
      }
    }
  }

  private Outcome top() throws Exception {
    Outcome outcome =
        Outcome.of(Launch.script("top", "--once", "--socket", folder.resolve("ctl.sock").toString()));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    return outcome;
  }

  @Test
  void without_a_host_it_says_so() throws Exception {
    Outcome outcome = Outcome.of(Launch.script("top", "--socket", folder.resolve("none.sock").toString()));
    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.output()).contains("no host runs");
  }
}
