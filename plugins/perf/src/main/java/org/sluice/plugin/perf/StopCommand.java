package org.sluice.plugin.perf;

import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;

/** {@code perf stop URI}: ends a server; sessions that are there go on. */
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
    return "URI";
  }

  @Override
  public List<String> complete(List<String> words) {
    return words.size() == 1
        ? application.servers().stream().map(Server::uri).filter(uri -> uri.startsWith(words.getFirst())).toList()
        : List.of();
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    if (arguments.size() != 1) {
      throw CommandException.usage("perf stop needs the URI that perf server was given");
    }
    String uri = arguments.getFirst();
    try {
      if (!application.stop(uri).get()) {
        throw CommandException.failure("no measuring server listens on " + uri + "; 'show perf' lists them");
      }
      output.value("stopped", uri);
    } catch (ExecutionException e) {
      throw CommandException.failure(String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage()));
    }
  }
}
