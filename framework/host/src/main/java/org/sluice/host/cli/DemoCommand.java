package org.sluice.host.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sluice.host.demo.Demo;
import org.sluice.host.problem.ProblemsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice demo}. */
@Command(name = "demo", mixinStandardHelpOptions = true,
    description = "Move a file between two applications over a local session and over TCP, and check it.",
    footer = {"", "Needs neither root nor a network. To see the check fail:",
        "  sluice demo --set plugins.transfer.fault.corrupt-byte-at=1000"})
final class DemoCommand implements Callable<Integer> {
  private static final String LOG_LEVEL = "sluice.log.level";

  private final SluiceCommand sluice;

  @Mixin
  private final HostSelection selection = new HostSelection();

  @Option(names = "--file", paramLabel = "FILE", description = "Move this, not the modules file of the running JDK.")
  private @Nullable Path file;

  DemoCommand(SluiceCommand sluice) {
    this.sluice = sluice;
  }

  /** Must be set before the first line is logged. */
  private static void logWarningsOnly() {
    if (System.getProperty(LOG_LEVEL) == null) {
      System.setProperty(LOG_LEVEL, "WARN");
    }
  }

  @Override
  public Integer call() throws IOException, ProblemsException, InterruptedException {
    logWarningsOnly();
    Path plugins = selection.plugins != null ? selection.plugins : sluice.home().resolve("plugins");
    Demo demo = new Demo(plugins, selection.pluginJars, selection.assignments, sluice.out(),
        SluiceCommand.onTerminal());
    return demo.run(file);
  }
}
