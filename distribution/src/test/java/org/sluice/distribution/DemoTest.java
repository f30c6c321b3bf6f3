package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice demo} as a new user types it. */
class DemoTest {
  private static final int BYTES = 3_000_000;

  @TempDir Path folder;
  private Path file = Path.of("unset");

  @BeforeEach
  void write() throws Exception {
    byte[] bytes = new byte[BYTES];
    new SplittableRandom(1).nextBytes(bytes);
    file = Files.write(folder.resolve("data with a blank"), bytes);
  }

  @Test
  void a_large_file_moves_over_a_local_session_and_over_tcp_and_arrives_whole() throws Exception {
    Outcome outcome = Outcome.of(Launch.script("demo"), folder);
    assertThat(outcome.output())
        .containsSubsequence("local-cutthrough", "STARTED", "transport ct", "transfer send", "lib/modules",
            "sha256: ", "arrived whole", "MB/s",
            "over TCP", "transfer send", "namespace west1", "sha256: ", "arrived whole", "MB/s",
            "loses 1 %", "loss=1%", "namespace west2", "sha256: ", "arrived whole", "MB/s", "What to try next:")
        .containsPattern("Moving [0-9]{3},[0-9]{3},[0-9]{3} bytes")
        .containsPattern("\\[0:[0-9]+\\]\\[CT:CT\\] 127\\.0\\.0\\.1:9000->127\\.0\\.0\\.1:[0-9]+ +ready ")
        .containsPattern("\\[[0-9]+:[0-9]+\\]\\[T\\] 10\\.0\\.1\\.")
        .doesNotContain("WARNING", "WARN ", "ERROR", "Exception");
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void a_byte_that_changes_on_the_way_is_noticed() throws Exception {
    Outcome outcome = Outcome.of(Launch.script("demo", "--file", file.toString(),
        "--set", "plugins.transfer.fault.corrupt-byte-at=1000"), folder);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output()).containsIgnoringCase("sha-256").contains("The demo failed")
        .doesNotContain("arrived whole", "What to try next");
  }

  @Test
  void the_same_file_without_the_drill_arrives_whole() throws Exception {
    Outcome outcome = Outcome.of(Launch.script("demo", "--file", file.toString()), folder);
    assertThat(outcome.output()).contains("arrived whole", "3,000,000 bytes");
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void without_the_plugins_it_fails_and_says_what_is_missing() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Outcome outcome = Outcome.of(Launch.script("demo", "--plugins", empty.toString()), folder);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output()).contains("The demo failed", "transfer", empty.toString());
  }

  @Test
  void nothing_is_left_behind() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Outcome outcome = Outcome.of(Launch.script("demo", "--file", file.toString())
        .with("JAVA_OPTS", "-Djava.io.tmpdir=" + temporary), folder);
    assertThat(outcome.exitCode()).isZero();
    assertThat(temporary).isEmptyDirectory();
  }
}
