package org.sluice.plugin.echo;

import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.pf4j.Extension;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** {@code show echo}: the services. */
@Extension
public final class EchoShowCommand implements ConsoleCommand {
  private final EchoApplication application;

  /**
   * Makes the command.
   *
   * @param application what is shown
   */
  @Inject
  public EchoShowCommand(EchoApplication application) {
    this.application = application;
  }

  @Override
  public String name() {
    return "show echo";
  }

  @Override
  public String summary() {
    return "Show echo services and the sessions they have accepted";
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
    if (!arguments.isEmpty()) {
      throw CommandException.usage("show echo takes no arguments");
    }
    output.table("services", Column.of("uri"), Column.of("namespace"), Column.of("accepted", -10));
    for (Listening<LongAdder> listening : application.listeners().all()) {
      output.row(listening.uri(), listening.namespace(), listening.listener().sum());
    }
  }
}
