package org.sluice.testkit.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Tests that the kernel lets nobody but root run. */
public final class RootTests {
  private RootTests() {}

  /** Skips the test without root, or fails it where SLUICE_REQUIRE_ROOT_TESTS=1 says that it may not be skipped. */
  public static void require() {
    boolean root = "root".equals(System.getProperty("user.name"));
    if ("1".equals(System.getenv("SLUICE_REQUIRE_ROOT_TESTS"))) {
      assertThat(root).as("SLUICE_REQUIRE_ROOT_TESTS=1, so this test has to run, and it needs root").isTrue();
    }
    assumeTrue(root, "needs root: network namespaces and AF_XDP");
  }
}
