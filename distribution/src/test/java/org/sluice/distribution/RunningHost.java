package org.sluice.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A host of the assembled distribution as a process of its own, with a control socket in a folder of the test's. */
final class RunningHost implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 60;

  private final Process process;
  private final Path socket;
  private final Path log;

  private RunningHost(Process process, Path socket, Path log) {
    this.process = process;
    this.socket = socket;
    this.log = log;
  }

  /** Starts a host and waits until its console answers; fails with what it printed when it ends before. */
  static RunningHost start(Path folder, String... options) throws IOException, InterruptedException {
    Path socket = folder.resolve("ctl.sock");
    Path log = folder.resolve("host.log");
    List<String> arguments = new ArrayList<>(List.of("run", "--no-console", "--socket", socket.toString()));
    arguments.addAll(List.of(options));
    Process process = Launch.script(arguments.toArray(String[]::new)).in(folder).redirectOutput(log.toFile()).start();
    process.getOutputStream().close();
    RunningHost host = new RunningHost(process, socket, log);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!Files.exists(socket) || host.ctl("show", "version").exitCode() != 0) {
      // The wait for the process to end is what paces the questions.
      if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
        host.close();
        throw new AssertionError("the host did not come up; it printed:\n" + host.output());
      }
    }
    return host;
  }

  Outcome ctl(String... words) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("ctl", "--socket", socket.toString()));
    arguments.addAll(List.of(words));
    return Outcome.of(Launch.script(arguments.toArray(String[]::new)));
  }

  /** Ends the host as an operator would, and returns how it ended. */
  Outcome stop() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the host did not stop; it printed:\n" + output());
    }
    return new Outcome(process.exitValue(), output());
  }

  /** Ends the process at once, as kill -9 does, and waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  String output() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
