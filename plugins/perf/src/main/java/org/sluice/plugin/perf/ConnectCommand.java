package org.sluice.plugin.perf;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.console.NamespaceWords;
import org.sluice.spi.host.HostServices;

/**
 * {@code perf connect URI [namespace NAME [secret N]]}: how many connections a second can be opened, used and closed.
 */
@Extension
public final class ConnectCommand implements ConsoleCommand {
  private static final int DEFAULT_OUTSTANDING = 64;
  private static final List<String> OPTIONS = List.of(RunArguments.TIME, RunArguments.OUTSTANDING);

  private final HostServices services;
  private final PerfApplication application;

  /**
   * Makes the command.
   *
   * @param services the plugin's scope
   * @param application for settings and names
   */
  @Inject
  public ConnectCommand(HostServices services, PerfApplication application) {
    this.services = services;
    this.application = application;
  }

  @Override
  public String name() {
    return "perf connect";
  }

  @Override
  public String summary() {
    return "Measure the connection rate to a measuring server: connect, one byte there and back, close";
  }

  @Override
  public String arguments() {
    return "URI [--time TIME] [--outstanding N] " + NamespaceWords.SYNOPSIS;
  }

  @Override
  public List<String> complete(List<String> words) {
    return RunArguments.complete(OPTIONS, words);
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    PerfSettings settings = application.settings();
    int outstanding = Math.min(DEFAULT_OUTSTANDING, settings.maxSessions());
    RunArguments arguments = RunArguments.parse(name(), OPTIONS, words, settings, 1, outstanding);
    ConnectRun run = new ConnectRun(services, arguments.target(), arguments.sessions());
    double seconds = new Runner(services, settings, output)
        .run(run, application.clientOptions("connect", arguments), arguments, arguments.uri());
    output.table("connect", Column.of("outstanding", -11), new Column("connections/s", "connections_per_s", -13),
        Column.of("connections", -11), Column.of("failed", -10));
    long connections = run.outcomes().succeeded();
    output.row(arguments.sessions(), Math.round(connections / seconds), connections, run.outcomes().failed());
    output.table("failures", Column.of("error"), Column.of("count", -10));
    for (Map.Entry<String, Long> failure : run.outcomes().failures().entrySet()) {
      output.row(failure.getKey(), failure.getValue());
    }
    Runner.check(run);
  }
}
