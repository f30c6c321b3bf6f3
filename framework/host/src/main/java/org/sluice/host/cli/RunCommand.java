package org.sluice.host.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.problem.ProblemsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice run}: a host in the foreground. */
@Command(name = "run", mixinStandardHelpOptions = true,
    description = "Start a host in the foreground, with a console on the terminal.",
    footer = {"", "On a terminal the console completes and remembers; else standard input has a command on each line.",
        "'quit', the end of the input, Ctrl-C at an empty prompt and SIGTERM stop the host."})
final class RunCommand implements Callable<Integer> {
  private final SluiceCommand sluice;

  @Mixin
  private final HostSelection selection = new HostSelection();

  @Option(names = "--config", paramLabel = "FILE", description = "Read this, not conf/sluice.conf.")
  private @Nullable Path configuration;

  @Option(names = "--socket", paramLabel = "PATH", description = "Listen for 'sluice ctl' here.")
  private @Nullable Path socket;

  @Option(names = "--no-console", description = "Read no commands from the terminal or standard input.")
  private boolean noConsole;

  RunCommand(SluiceCommand sluice) {
    this.sluice = sluice;
  }

  @Override
  public Integer call() throws ProblemsException, InterruptedException {
    HostOptions options = new HostOptions(sluice.home(), configuration, selection.plugins, selection.pluginJars,
        HostOptions.Control.SOCKET, socket, selection.assignments);
    return new HostRun(sluice.shell(), options, !noConsole).run();
  }
}
