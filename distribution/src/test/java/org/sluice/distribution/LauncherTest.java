package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script finds a Java that is new enough, hands everything over to it, or says what is missing. */
class LauncherTest {
  @TempDir Path folder;

  @Test
  void the_java_named_by_the_user_gets_the_home_the_options_and_the_arguments() throws Exception {
    Path java = fakeJava("jdk", "25.0.3");
    Outcome outcome = Outcome.of(
        Launch.script("run", "a b").with("SLUICE_JAVA_HOME", java).with("JAVA_OPTS", "-Dx -Dy"));
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output()).containsSubsequence("<-Dx>", "<-Dy>", "<-Dsluice.home=", "target/sluice>", "<-jar>",
        "sluice-host-", "<run>", "<a b>");
  }

  @Test
  void a_java_that_is_too_old_is_named_together_with_the_remedy() throws Exception {
    Path java = fakeJava("old", "17.0.15");
    Outcome outcome = Outcome.of(Launch.script("run").with("SLUICE_JAVA_HOME", java));
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output())
        .contains("Java 25 or later is missing", java.toString(), "install it", "SLUICE_JAVA_HOME=");
  }

  @Test
  void a_java_that_is_too_old_is_passed_over_for_a_newer_one() throws Exception {
    Path old = fakeJava("old", "1.8.0_402");
    Path current = fakeJava("new", "26");
    Outcome outcome = Outcome.of(Launch.script("run").with("JAVA_HOME", old)
        .with("PATH", current.resolve("bin") + ":" + System.getenv("PATH")));
    assertThat(outcome.output()).contains("<run>");
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void the_script_can_be_called_through_a_symbolic_link() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Launch.SCRIPT);
    Outcome outcome = Outcome.of(new Launch(link, "run").with("SLUICE_JAVA_HOME", fakeJava("jdk", "25")));
    assertThat(outcome.output()).contains("<-Dsluice.home=" + Launch.HOME + ">");
  }

  /** A Java home whose java prints its arguments, each in angle brackets. */
  private Path fakeJava(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Path java = home.resolve("bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    Files.writeString(java, "#!/bin/sh\nfor a in \"$@\"; do printf '<%s>' \"$a\"; done\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return home;
  }
}
