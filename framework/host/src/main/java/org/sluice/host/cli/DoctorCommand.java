package org.sluice.host.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.console.Invocation;
import org.sluice.host.problem.ProblemsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice doctor}. */
@Command(name = "doctor", mixinStandardHelpOptions = true,
    description = "Check what this machine lacks, and say what mends it.",
    footer = {"", "Needs no root, and changes nothing. Exit status: 0 when nothing is missing, else 1.",
        "'sluice ctl doctor' asks a running host, which may have other rights."})
final class DoctorCommand implements Callable<Integer> {
  private final SluiceCommand sluice;

  @Mixin
  private final HostSelection selection = new HostSelection();

  @Option(names = "--json", description = "Show the result as JSON.")
  private boolean json;

  DoctorCommand(SluiceCommand sluice) {
    this.sluice = sluice;
  }

  @Override
  public Integer call() throws IOException, ProblemsException {
    DemoCommand.logWarningsOnly();
    Path plugins = selection.plugins != null ? selection.plugins : sluice.home().resolve("plugins");
    // A folder without configuration: what is checked is the machine.
    Path home = Files.createTempDirectory("sluice-doctor-");
    try (Host host = Host.boot(new HostOptions(home, null, plugins.toAbsolutePath(), selection.pluginJars,
        HostOptions.Control.NONE, null, selection.assignments))) {
      return host.console().run(json ? "doctor --json" : "doctor", sluice.sink(), new Invocation());
    } finally {
      Files.deleteIfExists(home);
    }
  }
}
