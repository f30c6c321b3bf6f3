package org.sluice.plugin.http.server;

import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;

/** {@code http stop URI}: ends a listener; connections that are there go on. */
@Extension
public final class StopCommand implements ConsoleCommand {
  private final HttpApplication application;

  /**
   * Makes the command.
   *
   * @param application what listens
   */
  @Inject
  public StopCommand(HttpApplication application) {
    this.application = application;
  }

  @Override
  public String name() {
    return "http stop";
  }

  @Override
  public String summary() {
    return "Stop serving; connections that are there go on";
  }

  @Override
  public String arguments() {
    return "URI";
  }

  @Override
  public List<String> complete(List<String> words) {
    return words.size() != 1 ? List.of()
        : application.sites().stream().map(Site::uri).filter(uri -> uri.startsWith(words.getFirst())).toList();
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    if (arguments.size() != 1) {
      throw CommandException.usage("http stop needs the URI that http serve was given");
    }
    String uri = arguments.getFirst();
    try {
      if (!application.stop(uri).get()) {
        throw CommandException.failure("nothing is served on " + uri + "; 'show http' lists what is");
      }
      output.value("stopped", uri);
    } catch (ExecutionException e) {
      throw CommandException.failure(String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage()));
    }
  }
}
