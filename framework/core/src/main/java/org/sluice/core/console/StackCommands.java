package org.sluice.core.console;

import java.time.Duration;
import java.util.List;
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
    return List.of(
        new ShowSession(parts, queries),
        new ClearSession(parts, queries),
        new SessionEnable(parts, queries),
        new SessionDisable(parts, queries),
        new SessionRule(parts, queries),
        new SessionSdl(parts, queries),
        new SessionRtBackend(parts, queries),
        new ShowApp(parts, queries),
        new ShowSegmentManager(parts, queries),
        new ShowTransport(parts, queries),
        new ShowWorkers(parts, queries),
        new ShowCounters(parts));
  }
}
