package org.sluice.host.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.host.config.ConfigurationLoader;
import org.sluice.host.plugin.Trust;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice plugin verify}: whether jars are those that the operator trusts. */
@Command(name = "verify", mixinStandardHelpOptions = true,
    description = "Show the digests of plugin jars, who signed them, and whether they may run.",
    footer = {"", "Without a JAR: those of the plugins folder. What is trusted, the keys host.plugins-allow and",
        "host.plugins-signed-by say.", "", "Exit status: 0 when all are trusted, 1 when one is not."})
final class VerifyCommand extends OfflineCommand {
  @Option(names = "--config", paramLabel = "FILE", description = "Read this, not conf/sluice.conf.")
  private @Nullable Path configuration;

  @Parameters(paramLabel = "JAR", description = "The jars to look at.")
  private List<Path> named = new ArrayList<>();

  private VerifyCommand(SluiceCommand sluice) {
    super(sluice, "verify");
  }

  static CommandLine line(SluiceCommand sluice) {
    return new CommandLine(new VerifyCommand(sluice));
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
    ConfigurationLoader loader = loader(configuration);
    Trust trust = trust(loader);
    int mistrusted = 0;
    output.table("jars", Column.of("Jar"), Column.of("SHA-256"), Column.of("Signed by"), Column.of("Verdict"));
    List<Path> files = files(loader);
    for (Path file : files) {
      try {
        Trust.Verdict verdict = trust.verify(file);
        mistrusted += verdict.refusal().isPresent() ? 1 : 0;
        output.row(file, verdict.digest(), verdict.signedBy().isEmpty() ? "-" : String.join("; ", verdict.signedBy()),
            verdict.refusal().orElse("trusted"));
      } catch (IOException e) {
        mistrusted++;
        output.row(file, "-", "-", "PLG-001: it cannot be read: " + e);
      }
    }
    if (mistrusted > 0) {
      throw CommandException.failure(mistrusted + " of " + files.size() + " jars are not trusted");
    }
  }

  private List<Path> files(ConfigurationLoader loader) throws CommandException {
    List<Path> files = new ArrayList<>(named);
    files.addAll(jars());
    if (!named.isEmpty()) {
      return files;
    }
    Path folder = folder(loader);
    try (Stream<Path> entries = Files.list(folder)) {
      entries.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(files::add);
      return files;
    } catch (IOException e) {
      throw CommandException.failure("the plugins folder " + folder + " cannot be read: " + e);
    }
  }
}
