package org.sluice.plugin.perf;

import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.pf4j.Extension;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.NamespaceWords;

/** {@code perf stop URI [namespace NAME]}: ends a server; sessions that are there go on. */
@Extension
public final class StopCommand implements ConsoleCommand {
  private final PerfApplication application;

  /**
   * Makes the command.
   *
   * @param application what listens
   */
  @Inject
  public StopCommand(PerfApplication application) {
    this.application = application;
  }

  @Override
  public String name() {
    return "perf stop";
  }

  @Override
  public String summary() {
    return "Stop a measuring server; its sessions go on";
  }

  @Override
  public String arguments() {
    return "URI " + NamespaceWords.NAME_SYNOPSIS;
  }

  @Override
  public List<String> complete(List<String> words) {
    return NamespaceWords.complete(words, application.servers());
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    NamespaceWords place = NamespaceWords.parseName(arguments, 1);
    if (place.before().size() != 1) {
      throw CommandException.usage("perf stop needs the URI that perf server was given");
    }
    Listening<Server> listening =
        place.choose(application.servers(), place.before().getFirst(), "measuring server", "show perf");
    try {
      Listening<Server> stopped = application.servers().unlisten(listening).get();
      output.value("stopped", stopped.uri());
      output.value("namespace", stopped.namespace());
    } catch (ExecutionException e) {
      throw NamespaceWords.failure(e);
    }
  }
}
