package org.sluice.distribution;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.sluice.host.cli.SluiceCommand;

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
    return start(List.of(), Launch.SCRIPT, folder, options);
  }

  /**
   * The same by way of another program.
   *
   * @param before what runs the script, as in {@code setpriv --reuid=1}; it has to become it
   * @param script of the distribution, or of a copy of it
   */
  static RunningHost start(List<String> before, Path script, Path folder, String... options)
      throws IOException, InterruptedException {
    Path socket = folder.resolve("ctl.sock");
    Path log = folder.resolve("host.log");
    List<String> command = new ArrayList<>(before);
    command.addAll(List.of(script.toString(), "run", "--no-console", "--socket", socket.toString()));
    command.addAll(List.of(options));
    Process process = new Launch(Path.of(command.getFirst()), command.subList(1, command.size()).toArray(String[]::new))
        .in(folder).redirectOutput(log.toFile()).start();
    process.getOutputStream().close();
    RunningHost host = new RunningHost(process, socket, log);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!Files.exists(socket) || host.type("show version").exitCode() != 0) {
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

  /** Has the host run a command; as {@link #ctl}, but without a process of its own. */
  Outcome type(String line) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    int exitCode = SluiceCommand.run(Launch.HOME, out, out, "ctl", "--socket", socket.toString(), line);
    return new Outcome(exitCode, output.toString(StandardCharsets.UTF_8));
  }

  /** Has the host run a command that must not fail; returns what it showed. */
  String ask(String line) {
    Outcome outcome = type(line);
    if (outcome.exitCode() != 0) {
      throw new AssertionError(line + ": " + outcome.output());
    }
    return outcome.output();
  }

  long pid() {
    return process.pid();
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
