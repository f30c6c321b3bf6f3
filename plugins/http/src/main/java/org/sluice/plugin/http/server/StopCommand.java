package org.sluice.plugin.http.server;

import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.pf4j.Extension;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.NamespaceWords;

/** {@code http stop URI [namespace NAME]}: ends a listener; connections that are there go on. */
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
    return "URI " + NamespaceWords.NAME_SYNOPSIS;
  }

  @Override
  public List<String> complete(List<String> words) {
    return NamespaceWords.complete(words, application.sites());
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    NamespaceWords place = NamespaceWords.parseName(arguments, 1);
    if (place.before().size() != 1) {
      throw CommandException.usage("http stop needs the URI that http serve was given");
    }
    Listening<Site> listening = place.choose(application.sites(), place.before().getFirst(), "site", "show http");
    try {
      Listening<Site> stopped = application.sites().unlisten(listening).get();
      output.value("stopped", stopped.uri());
      output.value("namespace", stopped.namespace());
    } catch (ExecutionException e) {
      throw NamespaceWords.failure(e);
    }
  }
}
