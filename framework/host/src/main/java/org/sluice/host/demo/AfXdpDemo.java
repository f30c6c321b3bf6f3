package org.sluice.host.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.console.Console;
import org.sluice.host.console.Invocation;
import org.sluice.host.problem.ProblemsException;

/**
 * The stack on one end of a pair of virtual interfaces, the kernel of this host on the other, both in namespaces of the
 * demo's own: a ping, a download by curl, and a file there and back, each beside what the kernel does on the same pair.
 */
public final class AfXdpDemo {
  private static final String STACK_ADDRESS = "10.99.0.1";
  private static final String KERNEL_ADDRESS = "10.99.0.2";
  /** The kernel's own on the stack's interface, which goes on working beside it. */
  private static final String NEIGHBOUR_ADDRESS = "10.99.0.9";
  private static final String ECHO_PORT = "7";
  private static final String HTTP_PORT = "80";
  private static final String PINGS = "10000";

  private final Path plugins;
  private final List<Path> pluginJars;
  private final List<String> assignments;
  private final PrintStream out;
  private final DemoSink sink;

  /**
   * A demo.
   *
   * @param plugins the folder of the plugins: nic-afxdp, tcp, http and echo among them
   * @param pluginJars further plugins
   * @param assignments settings for the host
   * @param terminal whether a person watches
   */
  public AfXdpDemo(Path plugins, List<Path> pluginJars, List<String> assignments, PrintStream out, boolean terminal) {
    this.plugins = plugins;
    this.pluginJars = List.copyOf(pluginJars);
    this.assignments = List.copyOf(assignments);
    this.out = out;
    sink = new DemoSink(out, terminal);
  }

  /**
   * Shows it.
   *
   * @param chosen the file to move, null for a large one
   * @return 0 when everything arrived whole, 1 otherwise
   * @throws ProblemsException when the settings are wrong
   */
  public int run(@Nullable Path chosen) throws IOException, ProblemsException, InterruptedException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return failed("it makes network namespaces and opens an interface, which takes root: sudo sluice demo afxdp");
    }
    try (DemoFolder folder = new DemoFolder(); VirtualLink link = VirtualLink.make()) {
      Path file = (chosen == null ? folder.largeFile() : chosen).toAbsolutePath();
      out.println("Two network namespaces joined by virtual interfaces; a host of Sluice for one end, Linux at the "
          + "other:");
      link.kernelAddress(link.kernel(), KERNEL_ADDRESS + "/24");
      link.kernelAddress(link.stack(), NEIGHBOUR_ADDRESS + "/24");
      try (Host host = Host.boot(new HostOptions(folder.path(), null, plugins.toAbsolutePath(), pluginJars,
          HostOptions.Control.NONE, null, assignments))) {
        return run(host.console(), link, file, folder.path());
      }
    } catch (IOException e) {
      return failed(Objects.toString(e.getMessage()) + " (it needs: apt-get install iproute2 iputils-ping curl)");
    }
  }

  private int run(Console console, VirtualLink link, Path file, Path folder)
      throws IOException, InterruptedException {
    for (String line : List.of(
        "interface add af_xdp net0 interface=" + VirtualLink.STACK_INTERFACE + " namespace=" + link.stack()
            + " trust-partial-checksums=on",
        "address add net0 " + STACK_ADDRESS + "/24",
        "http serve tcp://" + STACK_ADDRESS + ":" + HTTP_PORT + " root '" + file.getParent() + "'",
        "echo serve tcp://" + STACK_ADDRESS + "/" + ECHO_PORT,
        "show afxdp")) {
      if (type(console, line) != Console.OK) {
        return failed("the stack's end could not be made; are the plugins nic-afxdp, tcp, http and echo in " + plugins
            + "?");
      }
    }
    ping(link);
    boolean whole = download(link, file, folder) && thereAndBack(link, file);
    type(console, "show afxdp");
    return whole ? whatNext() : failed("what arrived is not what was sent");
  }

  private int type(Console console, String line) {
    out.println("\nsluice> " + line);
    return console.run(line, sink, new Invocation());
  }

  // ---- What is shown.

  private void ping(VirtualLink link) throws IOException, InterruptedException {
    for (String address : List.of(STACK_ADDRESS, NEIGHBOUR_ADDRESS)) {
      out.printf("%n# ping -q -f -c %s %s     (%s)%n", PINGS, address, whose(address));
      out.println(VirtualLink.run(link.kernel(), "ping", "-q", "-f", "-c", PINGS, address).lines().skip(1)
          .filter(line -> !line.isBlank()).reduce("", (all, line) -> all + line + "\n").stripTrailing());
    }
  }

  private static String whose(String address) {
    return address.equals(STACK_ADDRESS) ? "Sluice" : "Linux, on the same interface";
  }

  private boolean download(VirtualLink link, Path file, Path folder) throws IOException, InterruptedException {
    String url = "http://" + STACK_ADDRESS + "/" + file.getFileName();
    Path to = folder.resolve("downloaded");
    out.printf("%n# curl -o downloaded %s%n", url);
    long startNs = System.nanoTime();
    String _ = VirtualLink.run(link.kernel(), "curl", "-sS", "-f", "-o", to.toString(), url);
    double seconds = (System.nanoTime() - startNs) / 1e9;
    long difference = Files.mismatch(file, to);
    Files.delete(to);
    out.printf(Locale.ROOT, "%,d bytes in %.2f s, %.0f MB/s; %s.%n", Files.size(file), seconds,
        Files.size(file) / 1e6 / seconds, difference < 0 ? "every byte is right" : "byte " + difference + " differs");
    return difference < 0;
  }

  private boolean thereAndBack(VirtualLink link, Path file) throws IOException, InterruptedException {
    out.println("\nThe file from a socket of Linux to an echo and back, both directions at once:");
    boolean whole = sent(link, file, STACK_ADDRESS);
    List<String> echo = peer("echo", NEIGHBOUR_ADDRESS, ECHO_PORT);
    Process server = VirtualLink.start(link.stack(), echo);
    try (BufferedReader ready = server.inputReader(StandardCharsets.UTF_8)) {
      if (!"ready".equals(ready.readLine())) {
        throw new IOException("'" + String.join(" ", echo) + "' did not begin");
      }
      return sent(link, file, NEIGHBOUR_ADDRESS) && whole;
    } finally {
      server.destroy();
    }
  }

  private boolean sent(VirtualLink link, Path file, String address) throws IOException, InterruptedException {
    List<String> send = peer("send", address, ECHO_PORT, file.toString());
    List<String> said = VirtualLink.output(VirtualLink.start(link.kernel(), send), send).lines().toList();
    if (said.size() != 3) {
      throw new IOException(String.join(" ", said));
    }
    double seconds = Double.parseDouble(said.get(0));
    boolean same = said.get(1).equals(said.get(2));
    out.printf(Locale.ROOT, "  %-33s %,d bytes in %.2f s, %.0f MB/s each way; SHA-256 %s %s%n",
        "by " + whose(address) + ":", Files.size(file), seconds, Files.size(file) / 1e6 / seconds,
        said.get(1).substring(0, 16) + "...", same ? "both times" : "differs");
    return same;
  }

  private static List<String> peer(String... arguments) {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-cp",
        System.getProperty("java.class.path"), KernelPeer.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  private int failed(String cause) {
    sink.error("\nThe demo failed: " + cause);
    return Console.FAILED;
  }

  private int whatNext() {
    out.println("""

        What to try next:
          sluice run                                             a host; then, for an interface of yours:
          sluice> interface add af_xdp net0 interface=eth1
          sluice> address add net0 10.0.0.2/24                   docs/afxdp.md says more""");
    return Console.OK;
  }
}
