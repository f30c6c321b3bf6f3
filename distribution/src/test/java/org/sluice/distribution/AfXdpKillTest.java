package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host with a card that is ended in the midst of it: the interface is the kernel's at once. */
class AfXdpKillTest {
  private static final String STACK = "sluice-kill-" + ProcessHandle.current().pid() + "-stack";
  private static final String KERNEL = "sluice-kill-" + ProcessHandle.current().pid() + "-kernel";
  private static final long DEADLINE_SECONDS = 30;

  @TempDir Path folder;

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + ": " + output).isZero();
    return output;
  }

  @BeforeEach
  void make() throws Exception {
    AfXdpDemoTest.requireRoot();
    run("ip", "netns", "add", STACK);
    run("ip", "netns", "add", KERNEL);
    run("ip", "link", "add", "sla", "netns", STACK, "type", "veth", "peer", "name", "slb", "netns", KERNEL);
    run("ip", "-n", STACK, "link", "set", "sla", "up");
    run("ip", "-n", KERNEL, "link", "set", "slb", "up");
    run("ip", "-n", KERNEL, "addr", "add", "10.98.0.2/24", "dev", "slb");
    Files.write(folder.resolve("data"), new byte[200_000_000]);
  }

  @AfterEach
  void remove() throws Exception {
    for (String one : List.of(STACK, KERNEL)) {
      new ProcessBuilder("ip", "netns", "del", one).start().waitFor();
    }
  }

  private RunningHost host() throws Exception {
    RunningHost host = RunningHost.start(folder);
    for (String line : List.of(
        "interface add af_xdp net0 interface=sla namespace=" + STACK + " trust-partial-checksums=on",
        "address add net0 10.98.0.1/24",
        "http serve tcp://10.98.0.1:80 root " + folder)) {
      Outcome outcome = host.ctl(line.split(" "));
      assertThat(outcome.exitCode()).as(line + ": " + outcome.output()).isZero();
    }
    return host;
  }

  private Process download() throws IOException {
    return new ProcessBuilder("ip", "netns", "exec", KERNEL, "curl", "-sS", "--limit-rate", "20M", "-o",
        folder.resolve("downloaded").toString(), "http://10.98.0.1/data").redirectErrorStream(true).start();
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
      assertThat(run("ip", "-n", STACK, "link", "show", "sla")).contains("xdp");
      Process download = download();
      awaitData(download);
      host.kill();
      assertThat(run("ip", "-n", STACK, "link", "show", "sla")).as("no program is left").doesNotContain("xdp");
      download.destroyForcibly().waitFor();
    }
    run("ip", "-n", STACK, "addr", "add", "10.98.0.1/24", "dev", "sla");
    assertThat(run("ip", "netns", "exec", KERNEL, "ping", "-c", "3", "-i", "0.01", "-W", "5", "10.98.0.1"))
        .contains(" 0% packet loss");
    run("ip", "-n", STACK, "addr", "del", "10.98.0.1/24", "dev", "sla");
    Files.delete(folder.resolve("downloaded"));
    try (RunningHost _ = host()) {
      Process download = download();
      awaitData(download);
      download.destroyForcibly().waitFor();
    }
  }
}
