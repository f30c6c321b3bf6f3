package org.sluice.core.console;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.sluice.spi.console.ConsoleCommand;

/** Makes the commands of a stack. */
public final class StackCommands {
  /** How long a command waits for a worker to answer. */
  public static final Duration PATIENCE = Duration.ofSeconds(2);

  private StackCommands() {}

  /**
   * The commands of a stack.
   *
   * @param parts what they look at
   * @return one object per command, to be registered with a console
   */
  public static List<ConsoleCommand> of(StackParts parts) {
    WorkerQueries queries = new WorkerQueries(parts.workers(), PATIENCE);
    return Stream.of(
            sessions(parts, queries),
            applications(parts, queries),
            NetworkCommands.of(parts, queries),
            NetworkShows.of(parts, queries),
            CaptureCommands.of(parts, queries),
            TraceCommands.of(parts, queries),
            IpCommands.of(parts, queries),
            runtime(parts, queries))
        .flatMap(List::stream)
        .toList();
  }

  private static List<ConsoleCommand> sessions(StackParts parts, WorkerQueries queries) {
    SessionErrors errors = new SessionErrors(parts, queries.count());
    return List.of(
        new ShowSession(parts, queries, errors),
        new ClearSession(parts, queries, errors),
        new SessionEnable(parts, queries),
        new SessionDisable(parts, queries),
        new SessionRule(parts, queries),
        new SessionSdl(parts, queries),
        new SessionRtBackend(parts, queries));
  }

  private static List<ConsoleCommand> applications(StackParts parts, WorkerQueries queries) {
    return List.of(
        new ShowApp(parts, queries),
        new NamespaceCommand(parts, queries),
        new CollectorCommand(parts, queries),
        new ShowSegmentManager(parts, queries));
  }

  private static List<ConsoleCommand> runtime(StackParts parts, WorkerQueries queries) {
    return List.of(
        new ShowTransport(parts, queries),
        new ShowWorkers(parts, queries),
        new ShowCounters(parts),
        new ShowRates(parts, queries));
  }
}
