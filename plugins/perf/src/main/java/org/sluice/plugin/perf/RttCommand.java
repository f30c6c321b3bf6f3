package org.sluice.plugin.perf;

import jakarta.inject.Inject;
import java.util.List;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.console.NamespaceWords;
import org.sluice.spi.host.HostServices;

/** {@code perf rtt URI [namespace NAME [secret N]]}: how long one message takes there and back. */
@Extension
public final class RttCommand implements ConsoleCommand {
  private static final int DEFAULT_BYTES = 32;
  private static final int COUNT_WIDTH = -10;
  private static final int TIME_WIDTH = -10;
  private static final List<String> OPTIONS =
      List.of(RunArguments.SIZE, RunArguments.TIME, RunArguments.SESSIONS, RunArguments.THREADS);

  private final HostServices services;
  private final PerfApplication application;

  /**
   * Makes the command.
   *
   * @param services the plugin's scope
   * @param application for settings and names
   */
  @Inject
  public RttCommand(HostServices services, PerfApplication application) {
    this.services = services;
    this.application = application;
  }

  @Override
  public String name() {
    return "perf rtt";
  }

  @Override
  public String summary() {
    return "Measure round trips to a measuring server, one message in flight per session; in microseconds";
  }

  @Override
  public String arguments() {
    return "URI [--size SIZE,...] [--time TIME] [--sessions N] [--threads] " + NamespaceWords.SYNOPSIS;
  }

  @Override
  public List<String> complete(List<String> words) {
    return RunArguments.complete(OPTIONS, words);
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    PerfSettings settings = application.settings();
    RunArguments arguments = RunArguments.parse(name(), OPTIONS, words, settings, DEFAULT_BYTES, 1);
    Runner runner = new Runner(services, settings, output);
    output.table("rtt", Column.of("size", COUNT_WIDTH), Column.of("sessions", -8), Column.of("count", COUNT_WIDTH),
        time("mean", "mean_us"), time("p50", "p50_us"), time("p90", "p90_us"), time("p99", "p99_us"),
        time("p99.9", "p99_9_us"), time("max us", "max_us"));
    for (int size : arguments.sizes()) {
      SessionsRun run = SessionsRun.of(services, settings, arguments, new Workload(Kind.ECHO, size));
      var _ = runner.run(run, application.clientOptions("rtt", arguments), arguments, Units.sizeText(size));
      RoundTrips trips = run.roundTrips();
      output.row(size, arguments.sessions(), trips.count(), trips.mean(), trips.percentile(50), trips.percentile(90),
          trips.percentile(99), trips.percentile(99.9), trips.max());
      Runner.check(run);
    }
  }

  private static Column time(String title, String key) {
    return new Column(title, key, TIME_WIDTH);
  }
}
