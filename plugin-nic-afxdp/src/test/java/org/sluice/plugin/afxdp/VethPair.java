package org.sluice.plugin.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two network namespaces of the test's own, {@link #a} and {@link #b}, joined by the virtual interfaces {@code sla} and
 * {@code slb}. Needs root: without it a test is skipped, or fails where SLUICE_REQUIRE_ROOT_TESTS=1 says that it may
 * not be.
 */
final class VethPair implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  final String a;
  final String b;

  private VethPair(String name) {
    long process = ProcessHandle.current().pid();
    a = "sluice-" + process + "-" + name + "-a";
    b = "sluice-" + process + "-" + name + "-b";
  }

  /**
   * Makes them.
   *
   * @param name of the test, so that several can stand side by side
   * @param queues of each interface
   * @param mtuBytes of both
   */
  static VethPair make(String name, int queues, int mtuBytes) {
    requireRoot();
    VethPair made = new VethPair(name);
    made.remove();
    run("ip", "netns", "add", made.a);
    run("ip", "netns", "add", made.b);
    join(made, queues, mtuBytes);
    return made;
  }

  /** Makes the interfaces between its namespaces. */
  static void join(VethPair made, int queues, int mtuBytes) {
    String number = Integer.toString(queues);
    run("ip", "link", "add", "sla", "netns", made.a, "numtxqueues", number, "numrxqueues", number, "mtu",
        Integer.toString(mtuBytes), "type", "veth", "peer", "name", "slb", "netns", made.b, "numtxqueues", number,
        "numrxqueues", number, "mtu", Integer.toString(mtuBytes));
    for (String[] end : new String[][] {{made.a, "sla"}, {made.b, "slb"}}) {
      // Nobody but the test speaks on it.
      made.in(end[0], "sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/" + end[1] + "/disable_ipv6");
      run("ip", "-n", end[0], "link", "set", "lo", "up");
      run("ip", "-n", end[0], "link", "set", end[1], "up");
    }
    awaitCarrier(made.a, "sla");
    awaitCarrier(made.b, "slb");
  }

  /** The kernel says so a moment later. */
  private static void awaitCarrier(String namespace, String device) {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!run("ip", "-n", namespace, "link", "show", device).contains("state UP")) {
      assertThat(System.nanoTime() - deadlineNs).as("%s has no carrier", device).isNegative();
    }
  }

  static void requireRoot() {
    boolean root = "root".equals(System.getProperty("user.name"));
    if ("1".equals(System.getenv("SLUICE_REQUIRE_ROOT_TESTS"))) {
      assertThat(root).as("SLUICE_REQUIRE_ROOT_TESTS=1, so this test has to run, and it needs root").isTrue();
    }
    assumeTrue(root, "needs root: network namespaces and AF_XDP");
  }

  /** Runs a command in a namespace; returns what it printed. */
  String in(String namespace, String... command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    whole.addAll(List.of(command));
    return run(whole.toArray(String[]::new));
  }

  static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new AssertionError(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new AssertionError(String.join(" ", command) + " (apt-get install iproute2)", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private void remove() {
    for (String one : List.of(a, b)) {
      try {
        run("ip", "netns", "del", one);
      } catch (AssertionError e) {
        // There was none.
      }
    }
  }

  @Override
  public void close() {
    remove();
  }
}
