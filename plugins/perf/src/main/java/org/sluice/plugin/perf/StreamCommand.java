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

/** {@code perf stream URI [namespace NAME [secret N]]}: throughput by message size. */
@Extension
public final class StreamCommand implements ConsoleCommand {
  private static final int DEFAULT_BYTES = 64 << 10;
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
  public StreamCommand(HostServices services, PerfApplication application) {
    this.services = services;
    this.application = application;
  }

  @Override
  public String name() {
    return "perf stream";
  }

  @Override
  public String summary() {
    return "Measure throughput to a measuring server, for each message size; checks that all arrived";
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
    output.table("stream", Column.of("size", -10), Column.of("sessions", -8),
        new Column("messages/s", "messages_per_s", -12), new Column("bytes/s", "bytes_per_s", -14),
        Column.of("bytes", -14), Column.of("verified", -8));
    for (int size : arguments.sizes()) {
      SessionsRun run = SessionsRun.of(services, settings, arguments, new Workload(Kind.SINK, size));
      double seconds = runner.run(run, application.clientOptions("stream", arguments), arguments, Units.sizeText(size));
      long bytes = run.outcomes().bytes();
      output.row(size, arguments.sessions(), Math.round(bytes / seconds / size), Math.round(bytes / seconds), bytes,
          run.outcomes().succeeded());
      Runner.check(run);
    }
  }
}
