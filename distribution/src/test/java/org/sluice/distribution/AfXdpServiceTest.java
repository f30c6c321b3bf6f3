package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The assembled distribution serves programs of the kernel's side: more of the same by {@code
 * -Dsluice.afxdp.megabytes=1000 -Dsluice.afxdp.seconds=60 -Dsluice.afxdp.connections=100000}.
 */
class AfXdpServiceTest {
  private static final int MEGABYTES = Integer.getInteger("sluice.afxdp.megabytes", 100);
  private static final String SECONDS = System.getProperty("sluice.afxdp.seconds", "3");
  private static final int CONNECTIONS = Integer.getInteger("sluice.afxdp.connections", 10_000);
  private static final int MEGABYTE = 1_000_000;
  private static final int HALF_CLOSED_MEGABYTES = 20;
  private static final long PATIENCE_SECONDS = 300;

  @TempDir static Path folder;
  private static @Nullable HostOnVeth link;
  private static @Nullable RunningHost host;

  @BeforeAll
  static void start() throws Exception {
    link = HostOnVeth.make("serve");
    host = link.start(folder, folder);
  }

  @AfterAll
  static void stop() {
    if (host != null) {
      host.close();
    }
    if (link != null) {
      link.close();
    }
  }

  private static HostOnVeth link() {
    return Objects.requireNonNull(link);
  }

  /** Writes a file of random bytes; returns its SHA-256. */
  private static String write(Path file, int megabytes) throws Exception {
    MessageDigest sum = MessageDigest.getInstance("SHA-256");
    byte[] block = new byte[MEGABYTE];
    Random random = new Random(1);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < megabytes; i++) {
        random.nextBytes(block);
        sum.update(block);
        out.write(block);
      }
    }
    return HexFormat.of().formatHex(sum.digest());
  }

  /** Runs a line of the shell in the kernel's namespace; what it printed. */
  private static String shell(String line) throws IOException, InterruptedException {
    Process process = link().kernel().start("sh", "-ec", line);
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(line).isTrue();
    assertThat(process.exitValue()).as("%s: %s", line, output).isZero();
    return output;
  }

  private static void report(String what, long count, double seconds, String unit) {
    System.out.printf(Locale.ROOT, "AF_XDP: %s: %,d in %.2f s, %,.0f %s%n", what, count, seconds, count / seconds,
        unit);
  }

  @Test
  void a_large_file_is_downloaded_whole() throws Exception {
    Path file = folder.resolve("large");
    String sum = write(file, MEGABYTES);
    long startNs = System.nanoTime();
    assertThat(shell("curl -sS -f http://" + HostOnVeth.ADDRESS + "/large | sha256sum")).startsWith(sum + " ");
    report("MB by curl and sha256sum", MEGABYTES, (System.nanoTime() - startNs) / 1e9, "MB/s");
    Files.delete(file);
  }

  @Test
  void bulk_goes_from_and_to_sockets_of_the_kernel_at_once() throws Exception {
    KernelClient.Result result =
        KernelClient.run(link().kernel(), "bulk", HostOnVeth.ADDRESS, HostOnVeth.ECHO_PORT, SECONDS);
    assertThat(result.count()).isPositive();
    report("MB each way at once", result.count() / MEGABYTE, result.ns() / 1e9, "MB/s");
  }

  @Test
  void of_ten_thousand_short_connections_none_fails() throws Exception {
    KernelClient.Result result = KernelClient.run(link().kernel(), "connections", HostOnVeth.ADDRESS,
        HostOnVeth.ECHO_PORT, Integer.toString(CONNECTIONS));
    assertThat(result.count()).isEqualTo(CONNECTIONS);
    report("connections", result.count(), result.ns() / 1e9, "/s");
  }

  /** Its standard input ends, so that it closes one direction; what it has sent comes back by the other, then EOF. */
  @ParameterizedTest
  @ValueSource(strings = {"socat", "nc"})
  void who_closes_one_direction_is_sent_everything_by_the_other(String program) throws Exception {
    Path file = folder.resolve("sent");
    String sum = write(file, HALF_CLOSED_MEGABYTES);
    String command = program.equals("socat")
        ? "socat -t " + PATIENCE_SECONDS + " - TCP:" + HostOnVeth.ADDRESS + ":" + HostOnVeth.ECHO_PORT
        : "nc " + halfClose() + HostOnVeth.ADDRESS + " " + HostOnVeth.ECHO_PORT;
    assertThat(shell(command + " < " + file + " | sha256sum")).startsWith(sum + " ");
    Files.delete(file);
  }

  /** One of the programs of that name does so by itself, the others when they are told. */
  private static String halfClose() throws Exception {
    return shell("nc -h 2>&1 || true").startsWith("Ncat") ? "" : "-N ";
  }
}
