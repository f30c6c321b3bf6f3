package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.testkit.kernel.Namespace;
import org.sluice.testkit.kernel.RootTests;
import org.sluice.testkit.kernel.VethEnd;
import org.sluice.testkit.kernel.VethPair;

/** A host with a card that is ended in the midst of it: the interface is the kernel's at once. */
class AfXdpKillTest {
  private static final long DEADLINE_SECONDS = 30;

  @TempDir Path folder;
  private @Nullable VethPair pair;

  @BeforeEach
  void make() throws Exception {
    RootTests.require();
    pair = VethPair.make("kill", 1, 1500);
    pair.b().address("10.98.0.2/24");
    Files.write(folder.resolve("data"), new byte[200_000_000]);
  }

  @AfterEach
  void remove() {
    if (pair != null) {
      pair.close();
    }
  }

  private VethEnd stack() {
    return Objects.requireNonNull(pair).a();
  }

  private Namespace kernel() {
    return Objects.requireNonNull(pair).b().namespace();
  }

  private RunningHost host() throws Exception {
    RunningHost host = RunningHost.start(folder);
    for (String line : List.of(
        "interface add af_xdp net0 interface=" + stack().device() + " namespace=" + stack().place()
            + " trust-partial-checksums=on",
        "address add net0 10.98.0.1/24",
        "http serve tcp://10.98.0.1:80 root " + folder)) {
      Outcome outcome = host.ctl(line.split(" "));
      assertThat(outcome.exitCode()).as(line + ": " + outcome.output()).isZero();
    }
    return host;
  }

  private Process download() {
    return kernel().start("curl", "-sS", "--limit-rate", "20M", "-o", folder.resolve("downloaded").toString(),
        "http://10.98.0.1/data");
  }

  /** Waits until some of the file has come. */
  private void awaitData(Process download) throws Exception {
    Path file = folder.resolve("downloaded");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!Files.exists(file) || Files.size(file) == 0) {
      assertThat(download.isAlive() && System.nanoTime() - deadline < 0).as("nothing came").isTrue();
      Thread.onSpinWait();
    }
  }

  @Test
  void after_kill_9_under_load_the_interface_is_the_kernels_and_a_new_host_can_have_it() throws Exception {
    try (RunningHost host = host()) {
      assertThat(stack().show()).contains("xdp");
      Process download = download();
      awaitData(download);
      host.kill();
      assertThat(stack().show()).as("no program is left").doesNotContain("xdp");
      download.destroyForcibly().waitFor();
    }
    stack().address("10.98.0.1/24");
    assertThat(kernel().run("ping", "-c", "3", "-i", "0.01", "-W", "5", "10.98.0.1")).contains(" 0% packet loss");
    stack().namespace().ip("addr", "del", "10.98.0.1/24", "dev", stack().device());
    Files.delete(folder.resolve("downloaded"));
    try (RunningHost _ = host()) {
      Process download = download();
      awaitData(download);
      download.destroyForcibly().waitFor();
    }
  }
}
