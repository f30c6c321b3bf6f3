package org.sluice.host.operator;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.cli.SluiceCommand;
import org.sluice.host.console.RegisteredCommand;
import org.sluice.host.problem.ProblemsException;
import org.sluice.spi.console.ConsoleCommand;

/** Writes {@code man/sluice.1} and {@code completions/} of a distribution. */
public final class OperatorFiles {
  private static final String PLUGIN_JARS = "sluice-plugin-";

  private OperatorFiles() {}

  /**
   * Writes the files.
   *
   * @param arguments the folder to write to; the plugins whose commands are in them are the jars of the class path that
   *     are called sluice-plugin-*
   */
  public static void main(String[] arguments) throws IOException, ProblemsException {
    List<Path> plugins = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of).filter(file -> file.getFileName().toString().startsWith(PLUGIN_JARS)).sorted().toList();
    write(Path.of(arguments[0]), plugins);
  }

  private static void write(Path folder, List<Path> plugins) throws IOException, ProblemsException {
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    List<OperatorCommand> commands = OperatorCommand.of(SluiceCommand.line(folder, nowhere, nowhere));
    List<ConsoleCommand> console = console(plugins);
    put(folder.resolve("man/sluice.1"), new ManPage(commands, console).fill(template("sluice.1")));
    put(folder.resolve("completions/sluice.bash"), new Completion(commands, console).fill(template("sluice.bash")));
    put(folder.resolve("completions/_sluice"), template("sluice.zsh"));
  }

  /** What a host with these plugins can be asked, in the order of names. */
  private static List<ConsoleCommand> console(List<Path> plugins) throws IOException, ProblemsException {
    Path home = Files.createTempDirectory("sluice-operator-");
    Path none = Files.createDirectory(home.resolve("plugins"));
    try (Host host = Host.boot(
        new HostOptions(home, null, none, plugins, HostOptions.Control.NONE, null, List.of()))) {
      if (!host.plugins().problems().isEmpty()) {
        throw new ProblemsException("A plugin does not start:", host.plugins().problems());
      }
      return host.console().registry().commands().stream().map(RegisteredCommand::command).toList();
    } finally {
      Files.delete(none);
      Files.delete(home);
    }
  }

  private static String template(String name) throws IOException {
    try (InputStream stream = Objects.requireNonNull(OperatorFiles.class.getResourceAsStream(name), name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void put(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
