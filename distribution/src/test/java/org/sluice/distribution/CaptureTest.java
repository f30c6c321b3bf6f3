package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.host.cli.SluiceCommand;

/** What {@code capture} writes of a TCP transfer over a lossy wire is read by {@code tshark}, which finds no fault. */
class CaptureTest {
  private static final int BYTES = 3_000_000;
  private static final int SEGMENT_BYTES = 1448;

  private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(20);

  @TempDir Path folder;
  private String failure = "";

  @Test
  void tshark_finds_no_malformed_packet_and_no_bad_checksum() throws Exception {
    requireTshark();
    byte[] bytes = new byte[BYTES];
    new SplittableRandom(1).nextBytes(bytes);
    Path file = Files.write(folder.resolve("data"), bytes);
    Path capture = folder.resolve("wire.pcapng");
    try (RunningHost _ = RunningHost.start(folder)) {
      for (String line : List.of(
          "interface add wire w:0 delay=1ms loss=1%", "interface add wire w:1 delay=1ms loss=1%",
          "interface table w:0 1", "interface table w:1 2",
          "address add w:0 10.0.0.1/24", "address add w:1 10.0.0.2/24",
          "address add w:0 fd00::1/64", "address add w:1 fd00::2/64",
          "app ns add west ip4 1 ip6 1", "app ns add east ip4 2 ip6 2",
          "capture start w:0 " + capture,
          "transfer receive tcp://10.0.0.2/9000 " + folder.resolve("in4") + " namespace east",
          "transfer receive tcp://[fd00::2]/9000 " + folder.resolve("in6") + " namespace east",
          "transfer send " + file + " tcp://10.0.0.2/9000 namespace west",
          "transfer send " + file + " tcp://[fd00::2]/9000 namespace west",
          "capture stop w:0")) {
        type(line);
      }
    }
    assertThat(folder.resolve("in4/data")).hasSameBinaryContentAs(file);
    assertThat(folder.resolve("in6/data")).hasSameBinaryContentAs(file);
    assertThat(read(capture, "ip && tcp")).hasSizeGreaterThan(BYTES / SEGMENT_BYTES);
    assertThat(read(capture, "ipv6 && tcp")).hasSizeGreaterThan(BYTES / SEGMENT_BYTES);
    assertThat(read(capture, "arp")).isNotEmpty();
    assertThat(read(capture, "_ws.malformed || ip.checksum.status == 0 || tcp.checksum.status == 0"
        + " || icmpv6.checksum.status == 0")).isEmpty();
  }

  /** A skip is a failure where all tests have to run. */
  private static void requireTshark() {
    boolean there = Pattern.compile(File.pathSeparator).splitAsStream(System.getenv("PATH"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "tshark")));
    if (System.getenv("SLUICE_REQUIRE_ROOT_TESTS") == null) {
      assumeTrue(there, "needs tshark: apt-get install tshark");
    }
    assertThat(there).as("tshark is there; apt-get install tshark").isTrue();
  }

  /** Types a command until it succeeds: IPv6 addresses are not there before nobody else claims them. */
  private void type(String command) {
    long deadline = System.nanoTime() + DEADLINE_NS;
    while (run(command) != 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(failure).isEmpty();
  }

  private int run(String command) {
    List<String> arguments = new ArrayList<>(List.of("ctl", "--socket", folder.resolve("ctl.sock").toString()));
    arguments.addAll(List.of(command.split(" ")));
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(written, true, StandardCharsets.UTF_8);
    int code = SluiceCommand.run(Launch.HOME, both, both, arguments.toArray(String[]::new));
    failure = code == 0 ? "" : command + ": " + written.toString(StandardCharsets.UTF_8);
    return code;
  }

  /** The numbers of the packets that a filter lets through. */
  private List<String> read(Path capture, String filter) throws Exception {
    Outcome outcome = Outcome.of(new Launch(Path.of("tshark"), "-r", capture.toString(), "-o", "ip.check_checksum:TRUE",
        "-o", "tcp.check_checksum:TRUE", "-Y", filter, "-T", "fields", "-e", "frame.number"), folder);
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    return outcome.output().lines().filter(line -> line.matches("[0-9]+")).toList();
  }
}
