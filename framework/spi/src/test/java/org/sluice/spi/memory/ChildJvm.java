package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM on the class path of this one, assertions on; its output goes to a file. */
final class ChildJvm implements AutoCloseable {

  private static final long DEADLINE_SECONDS = 120;

  private final Process process;
  private final Path output;

  private ChildJvm(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  static ChildJvm start(Path directory, List<String> options, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-ea", "-XX:+UseSerialGC", "-Xmx256m",
        "--enable-native-access=ALL-UNNAMED", "-XX:ErrorFile=" + directory.resolve("hs_err.log"),
        "-cp", System.getProperty("java.class.path")));
    command.addAll(options);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(directory, main.getSimpleName(), ".out");
    return new ChildJvm(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start(), output);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for a regular end. */
  void expectSuccess() throws IOException, InterruptedException {
    boolean ended = process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
    assertThat(ended).as("the other process ends in time; its output: %s", output()).isTrue();
    assertThat(process.exitValue()).as("exit code of the other process; its output: %s", output()).isZero();
  }

  String output() throws IOException {
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
