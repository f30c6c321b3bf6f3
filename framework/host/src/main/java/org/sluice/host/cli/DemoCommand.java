package org.sluice.host.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sluice.host.demo.AfXdpDemo;
import org.sluice.host.demo.Demo;
import org.sluice.host.problem.ProblemsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice demo}. */
@Command(name = "demo", mixinStandardHelpOptions = true,
    description = "Move a file between two applications over a local session and over TCP, and check it.",
    footer = {"", "Needs neither root nor a network; afxdp makes network namespaces of its own. To see the check fail:",
        "  sluice demo --set plugins.transfer.fault.corrupt-byte-at=1000"})
final class DemoCommand implements Callable<Integer> {
  private static final String AF_XDP = "afxdp";
  private static final String LOG_LEVEL = "sluice.log.level";

  private final SluiceCommand sluice;

  @Mixin
  private final HostSelection selection = new HostSelection();

  @Option(names = "--file", paramLabel = "FILE", description = "Move this, not the modules file of the running JDK.")
  private @Nullable Path file;

  @Parameters(paramLabel = AF_XDP, arity = "0..1",
      description = "Open a virtual interface by AF_XDP, with the kernel at its other end; needs root.")
  private @Nullable String what;

  @Spec
  private @Nullable CommandSpec spec;

  DemoCommand(SluiceCommand sluice) {
    this.sluice = sluice;
  }

  /** Must be set before the first line is logged. */
  static void logWarningsOnly() {
    if (System.getProperty(LOG_LEVEL) == null) {
      System.setProperty(LOG_LEVEL, "WARN");
    }
  }

  @Override
  public Integer call() throws IOException, ProblemsException, InterruptedException {
    logWarningsOnly();
    Path plugins = selection.plugins != null ? selection.plugins : sluice.home().resolve("plugins");
    if (what != null && !what.equals(AF_XDP)) {
      throw new ParameterException(Objects.requireNonNull(spec).commandLine(),
          "unknown demo '" + what + "'; there are: none named, and " + AF_XDP);
    }
    if (what != null) {
      return new AfXdpDemo(plugins, selection.pluginJars, selection.assignments, sluice.out(),
          SluiceCommand.onTerminal()).run(file);
    }
    Demo demo = new Demo(plugins, selection.pluginJars, selection.assignments, sluice.out(),
        SluiceCommand.onTerminal());
    return demo.run(file);
  }
}
