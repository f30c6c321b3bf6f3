package org.sluice.testkit.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace of this process's own. Whatever is in it goes with it, at {@link #close} or when the process
 * ends. Needs root and the command {@code ip}.
 */
public final class Namespace implements AutoCloseable {
  private static final Path ALL = Path.of("/var/run/netns");
  private static final long PATIENCE_SECONDS = 30;
  private static final Collection<Namespace> OPEN = new ConcurrentLinkedQueue<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Namespace::close), "namespaces"));
  }

  private final String name;
  private final Collection<Process> started = new ConcurrentLinkedQueue<>();

  private Namespace(String name) {
    this.name = name;
  }

  /**
   * Makes one.
   *
   * @param purpose is in its name, so that several can stand side by side
   * @return the namespace, its loopback up
   * @throws IllegalStateException when it does not work
   */
  public static Namespace make(String purpose) {
    Namespace made = new Namespace("sluice-" + ProcessHandle.current().pid() + "-" + purpose);
    if (OPEN.stream().anyMatch(open -> open.name.equals(made.name))) {
      throw new IllegalStateException("there is a namespace for " + purpose + " already");
    }
    if (Files.exists(ALL.resolve(made.name))) {
      // Of a process with this number that was killed.
      made.delete();
    }
    run(List.of("ip", "netns", "add", made.name));
    OPEN.add(made);
    made.ip("link", "set", "lo", "up");
    return made;
  }

  /**
   * How {@code ip netns} calls it.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Runs {@code ip} on it.
   *
   * @param arguments of the command
   * @return what it printed
   * @throws IllegalStateException when it fails
   */
  public String ip(String... arguments) {
    return run(behind(List.of("ip", "-n", name), arguments));
  }

  /**
   * Runs a command in it, to its end.
   *
   * @param command what to run
   * @return what it printed, errors too
   * @throws IllegalStateException when it fails
   */
  public String run(String... command) {
    return run(behind(inside(), command));
  }

  /**
   * Starts a process in it, which is killed when the namespace is closed.
   *
   * @param command what to start
   * @return the process, its errors in its output
   * @throws IllegalStateException when there is no such command
   */
  public Process start(String... command) {
    Process process = started(behind(inside(), command));
    started.add(process);
    return process;
  }

  /**
   * Sets a parameter of the kernel for it.
   *
   * @param parameter below {@code /proc/sys}, as in {@code net/ipv4/tcp_rmem}
   * @param value what it is to be
   * @throws IllegalStateException when the kernel does not take it
   */
  public void sysctl(String parameter, String value) {
    run("sh", "-c", "echo \"" + value + "\" > /proc/sys/" + parameter);
  }

  private List<String> inside() {
    return List.of("ip", "netns", "exec", name);
  }

  private static List<String> behind(List<String> first, String... rest) {
    List<String> whole = new ArrayList<>(first);
    whole.addAll(List.of(rest));
    return whole;
  }

  private static Process started(List<String> command) {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IllegalStateException(String.join(" ", command) + " (apt-get install iproute2)", e);
    }
  }

  /** Runs a command to its end; what it printed. */
  static String run(List<String> command) {
    Process process = started(command);
    // Who reads to the end waits for it too, so somebody else has to end one that hangs.
    var _ = process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).exceptionally(late -> {
      process.toHandle().destroyForcibly();
      return process;
    });
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + output
            + " (needs root, and apt-get install iproute2 ethtool)");
      }
      return output;
    } catch (IOException e) {
      throw new IllegalStateException(String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(String.join(" ", command), e);
    } finally {
      process.destroyForcibly();
    }
  }

  private void delete() {
    try {
      run(List.of("ip", "netns", "del", name));
    } catch (IllegalStateException e) {
      // There was none, or somebody has removed it.
      return;
    }
  }

  @Override
  public void close() {
    if (OPEN.remove(this)) {
      started.forEach(Process::destroyForcibly);
      delete();
    }
  }
}
