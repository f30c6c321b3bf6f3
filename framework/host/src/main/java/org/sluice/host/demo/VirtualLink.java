package org.sluice.host.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Two network namespaces of the demo's own, joined by a pair of virtual interfaces; gone when the demo ends, also by a
 * signal. Needs root and the command {@code ip}.
 */
final class VirtualLink implements AutoCloseable {
  static final String STACK_INTERFACE = "slstack";
  static final String KERNEL_INTERFACE = "slkernel";

  private final String stack;
  private final String kernel;
  private final Thread cleaning = new Thread(this::delete, "demo-namespaces");

  private VirtualLink(long process) {
    stack = "sluice-demo-" + process + "-stack";
    kernel = "sluice-demo-" + process + "-kernel";
  }

  static VirtualLink make() throws IOException, InterruptedException {
    VirtualLink link = new VirtualLink(ProcessHandle.current().pid());
    Runtime.getRuntime().addShutdownHook(link.cleaning);
    try {
      link.build();
      return link;
    } catch (IOException | InterruptedException e) {
      link.close();
      throw e;
    }
  }

  private void build() throws IOException, InterruptedException {
    require("ip", "netns", "add", stack);
    require("ip", "netns", "add", kernel);
    require("ip", "link", "add", STACK_INTERFACE, "netns", stack, "type", "veth", "peer", "name", KERNEL_INTERFACE,
        "netns", kernel);
    require("ip", "-n", stack, "link", "set", STACK_INTERFACE, "up");
    require("ip", "-n", kernel, "link", "set", KERNEL_INTERFACE, "up");
  }

  /** The namespace whose interface the stack opens. */
  String stack() {
    return stack;
  }

  /** Gives the kernel an address on one of the ends. */
  void kernelAddress(String namespace, String address) throws IOException, InterruptedException {
    require("ip", "-n", namespace, "addr", "add", address, "dev",
        namespace.equals(stack) ? STACK_INTERFACE : KERNEL_INTERFACE);
  }

  String kernel() {
    return kernel;
  }

  /** A process in a namespace, its output and errors as one stream. */
  static Process start(String namespace, List<String> command) throws IOException {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    whole.addAll(command);
    return new ProcessBuilder(whole).redirectErrorStream(true).start();
  }

  /** Runs a command in a namespace to its end; what it printed. */
  static String run(String namespace, String... command) throws IOException, InterruptedException {
    return output(start(namespace, List.of(command)), List.of(command));
  }

  private static void require(String... command) throws IOException, InterruptedException {
    String _ = output(new ProcessBuilder(command).redirectErrorStream(true).start(), List.of(command));
  }

  static String output(Process process, List<String> command) throws IOException, InterruptedException {
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException("'" + String.join(" ", command) + "' failed: " + output);
    }
    return output;
  }

  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(cleaning);
    } catch (IllegalStateException e) {
      // The process ends already, and the hook runs again on what is left.
      return;
    }
  }

  /** What was in them goes with them. */
  private void delete() {
    for (String namespace : List.of(stack, kernel)) {
      try {
        new ProcessBuilder("ip", "netns", "del", namespace).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
      } catch (IOException e) {
        // There is no such command, so there is nothing to remove.
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
