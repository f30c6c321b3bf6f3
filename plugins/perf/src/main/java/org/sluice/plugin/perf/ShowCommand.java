package org.sluice.plugin.perf;

import jakarta.inject.Inject;
import java.util.List;
import org.pf4j.Extension;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** {@code show perf}: the servers. */
@Extension
public final class ShowCommand implements ConsoleCommand {
  private final PerfApplication application;

  /**
   * Makes the command.
   *
   * @param application what is shown
   */
  @Inject
  public ShowCommand(PerfApplication application) {
    this.application = application;
  }

  @Override
  public String name() {
    return "show perf";
  }

  @Override
  public String summary() {
    return "Show measuring servers, their sessions and bytes";
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
    if (!arguments.isEmpty()) {
      throw CommandException.usage("show perf takes no arguments");
    }
    output.table("servers", Column.of("uri"), Column.of("namespace"), Column.of("threads"), Column.of("sessions", -8),
        Column.of("accepted", -10), Column.of("bytes", -14));
    for (Listening<Server> listening : application.servers().all()) {
      Server server = listening.listener();
      output.row(listening.uri(), listening.namespace(), server.threads(), server.open().sum(), server.accepted().sum(),
          server.bytes().sum());
    }
  }
}
