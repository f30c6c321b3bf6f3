package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.testkit.kernel.RootTests;

/** {@code sluice doctor} on whatever machine this is. */
class DoctorTest {
  @TempDir Path folder;

  @Test
  void it_names_what_it_looked_at_and_its_exit_code_says_whether_something_is_missing() throws Exception {
    Outcome outcome = Outcome.of(Launch.script("doctor"), folder);
    assertThat(outcome.output()).contains("Java", "kernel", "open files", "locked memory", "CAP_NET_RAW", "CAP_BPF",
        "driver af_xdp", "driver loop", "driver wire").doesNotContain("Exception");
    assertThat(outcome.exitCode()).isEqualTo(outcome.output().contains("MISSING") ? 1 : 0);
  }

  @Test
  void without_capabilities_each_missing_one_is_named_with_its_remedy() throws Exception {
    RootTests.require();
    // The same user without any rights, and with no way to get them.
    Outcome outcome = Outcome.of(new Launch(Path.of("/usr/bin/setpriv"), "--inh-caps=-all", "--bounding-set=-all",
        "--no-new-privs", Launch.SCRIPT.toString(), "doctor"), folder);
    assertThat(outcome.output()).contains("AmbientCapabilities=CAP_BPF", "AmbientCapabilities=CAP_NET_ADMIN",
        "AmbientCapabilities=CAP_NET_RAW", "does not work");
    assertThat(outcome.exitCode()).isEqualTo(1);
  }
}
