package org.sluice.benchmarks.sidebyside.afxdp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.sluice.plugin.afxdp.kernel.KernelException;
import org.sluice.plugin.afxdp.kernel.Linux;

/**
 * Two network namespaces of the benchmark's own, joined by virtual interfaces, with the kernel's addresses 10.9.0.3 and
 * 10.9.0.4 on them. Needs root.
 */
final class VethPair implements AutoCloseable {
  static final String[] DEVICES = {"sla", "slb"};
  static final String[] KERNEL_ADDRESSES = {"10.9.0.3", "10.9.0.4"};
  static final String[] STACK_ADDRESSES = {"10.9.0.1", "10.9.0.2"};

  private static int made;

  private final String[] namespaces = new String[2];

  /**
   * Makes them.
   *
   * @param mtuBytes of the interfaces
   * @param offloads whether the kernel may send more than a segment at once, and leave checksums undone
   */
  VethPair(int mtuBytes, boolean offloads) throws IOException, InterruptedException {
    String prefix = "sluice-bench-" + ProcessHandle.current().pid() + "-" + made++ + "-";
    for (int i = 0; i < 2; i++) {
      namespaces[i] = prefix + i;
      run("ip", "netns", "add", namespaces[i]);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "veth-cleaning"));
    String mtu = Integer.toString(mtuBytes);
    run("ip", "link", "add", DEVICES[0], "netns", namespaces[0], "mtu", mtu, "type", "veth", "peer", "name",
        DEVICES[1], "netns", namespaces[1], "mtu", mtu);
    for (int i = 0; i < 2; i++) {
      run("ip", "-n", namespaces[i], "link", "set", DEVICES[i], "up");
      run("ip", "-n", namespaces[i], "addr", "add", KERNEL_ADDRESSES[i] + "/24", "dev", DEVICES[i]);
      // Back-pressure where a virtual interface would drop.
      run("tc", "-n", namespaces[i], "qdisc", "replace", "dev", DEVICES[i], "root", "pfifo", "limit", "1000");
      if (!offloads) {
        run("ip", "netns", "exec", namespaces[i], "ethtool", "-K", DEVICES[i], "tso", "off", "gso", "off", "gro",
            "off");
      }
    }
  }

  String namespace(int end) {
    return namespaces[end];
  }

  /** Runs something on a thread in one of the namespaces: sockets that it makes stay there. */
  <T> T in(int end, Callable<T> task) throws IOException {
    try {
      return new Linux().within(namespaces[end], () -> {
        try {
          return task.call();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      });
    } catch (KernelException e) {
      throw new IOException(e);
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output
          + "(needs root, and apt-get install iproute2 ethtool)");
    }
  }

  @Override
  public void close() {
    for (String one : List.of(namespaces)) {
      try {
        new ProcessBuilder("ip", "netns", "del", one).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
      } catch (IOException e) {
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
