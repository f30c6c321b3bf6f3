package org.sluice.host.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.host.config.ConfigurationLoader;
import org.sluice.host.console.CommandRegistry;
import org.sluice.host.console.Console;
import org.sluice.host.console.Invocation;
import org.sluice.host.plugin.Trust;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice plugin verify}: whether jars are those that the operator trusts. */
@Command(name = "verify", mixinStandardHelpOptions = true,
    description = "Show the digests of plugin jars, who signed them, and whether they may run.",
    footer = {"", "Without a JAR: those of the plugins folder. What is trusted, the keys host.plugins-allow and",
        "host.plugins-signed-by say.", "", "Exit status: 0 when all are trusted, 1 when one is not."})
final class VerifyCommand implements Callable<Integer>, ConsoleCommand {
  private final SluiceCommand sluice;

  @Mixin
  private final HostSelection selection = new HostSelection();

  @Option(names = "--config", paramLabel = "FILE", description = "Read this, not conf/sluice.conf.")
  private @Nullable Path configuration;

  @Option(names = "--json", description = "Show the result as JSON.")
  private boolean json;

  @Parameters(paramLabel = "JAR", description = "The jars to look at.")
  private List<Path> jars = new ArrayList<>();

  private VerifyCommand(SluiceCommand sluice) {
    this.sluice = sluice;
  }

  static CommandLine line(SluiceCommand sluice) {
    return new CommandLine(new VerifyCommand(sluice));
  }

  @Override
  public Integer call() {
    CommandRegistry registry = new CommandRegistry();
    registry.add(new PluginFaults("host", new CounterRegistry(1).scope("host")), this);
    return new Console(registry).run(json ? name() + " --json" : name(), sluice.sink(), new Invocation());
  }

  @Override
  public String name() {
    return "verify";
  }

  @Override
  public String summary() {
    return "Check whether plugin jars are trusted";
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
    Path home = sluice.home();
    ConfigurationLoader loader = new ConfigurationLoader(home, configuration, selection.assignments);
    Trust trust = Trust.of(loader, home);
    int mistrusted = 0;
    output.table("jars", Column.of("Jar"), Column.of("SHA-256"), Column.of("Signed by"), Column.of("Verdict"));
    List<Path> files = files(home, loader);
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

  private List<Path> files(Path home, ConfigurationLoader loader) throws CommandException {
    List<Path> files = new ArrayList<>(jars);
    files.addAll(selection.pluginJars);
    if (!jars.isEmpty()) {
      return files;
    }
    Path folder = selection.plugins != null ? selection.plugins
        : home.resolve(loader.early("host.plugins").orElseThrow());
    try (Stream<Path> entries = Files.list(folder)) {
      entries.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(files::add);
      return files;
    } catch (IOException e) {
      throw CommandException.failure("the plugins folder " + folder + " cannot be read: " + e);
    }
  }
}
