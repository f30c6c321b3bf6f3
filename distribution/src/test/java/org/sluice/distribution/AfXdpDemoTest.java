package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.testkit.kernel.RootTests;

/** {@code sluice demo afxdp}: the assembled stack on a virtual interface, against the kernel of this host. */
class AfXdpDemoTest {
  private static final int BYTES = 20_000_000;

  @TempDir Path folder;
  private Path file = Path.of("unset");

  @BeforeEach
  void write() throws Exception {
    RootTests.require();
    byte[] bytes = new byte[BYTES];
    new SplittableRandom(1).nextBytes(bytes);
    file = Files.write(folder.resolve("data"), bytes);
  }

  private static String namespaces() throws Exception {
    Process list = new ProcessBuilder("ip", "netns", "list").redirectErrorStream(true).start();
    return new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void the_kernel_pings_downloads_and_sends_and_nothing_is_left() throws Exception {
    Outcome outcome = Outcome.of(Launch.script("demo", "afxdp", "--file", file.toString()), folder);
    assertThat(outcome.output())
        .containsSubsequence("interface add af_xdp net0", "(Sluice)", "10000 received, 0% packet loss",
            "(Linux, on the same interface)", "curl -o downloaded", "every byte is right",
            "by Sluice:", "20,000,000 bytes", "both times", "by Linux, on the same interface:", "both times",
            "What to try next:")
        .doesNotContain("WARN ", "ERROR", "Exception");
    assertThat(outcome.exitCode()).isZero();
    assertThat(namespaces()).doesNotContain("sluice-demo-");
  }

  @Test
  void an_unknown_demo_is_wrong_usage() throws Exception {
    Outcome outcome = Outcome.of(Launch.script("demo", "dpdk"), folder);
    assertThat(outcome.output()).contains("unknown demo 'dpdk'", "afxdp");
    assertThat(outcome.exitCode()).isEqualTo(2);
  }
}
