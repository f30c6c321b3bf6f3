package org.sluice.testkit.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Tests that the kernel lets nobody but root run. */
public final class RootTests {
  private RootTests() {}

  /**
   * Skips the test without root, or fails it where SLUICE_REQUIRE_ROOT_TESTS=1 says that it may not be skipped.
   *
   * @param commands that have to be there too
   */
  public static void require(String... commands) {
    need("root".equals(System.getProperty("user.name")), "root: network namespaces and AF_XDP");
    for (String command : commands) {
      need(isThere(command), "the command " + command);
    }
  }

  private static void need(boolean fulfilled, String what) {
    if ("1".equals(System.getenv("SLUICE_REQUIRE_ROOT_TESTS"))) {
      assertThat(fulfilled).as("SLUICE_REQUIRE_ROOT_TESTS=1, so this test has to run, and it needs " + what).isTrue();
    }
    assumeTrue(fulfilled, "needs " + what);
  }

  private static boolean isThere(String command) {
    return Pattern.compile(File.pathSeparator).splitAsStream(System.getenv("PATH"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
  }
}
