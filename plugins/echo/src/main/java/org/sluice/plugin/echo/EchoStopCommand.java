package org.sluice.plugin.echo;

import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.pf4j.Extension;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.NamespaceWords;

/** {@code echo stop URI [namespace NAME]}: ends a service; its sessions go on. */
@Extension
public final class EchoStopCommand implements ConsoleCommand {
  private final EchoApplication application;

  /**
   * Makes the command.
   *
   * @param application what listens
   */
  @Inject
  public EchoStopCommand(EchoApplication application) {
    this.application = application;
  }

  @Override
  public String name() {
    return "echo stop";
  }

  @Override
  public String summary() {
    return "Stop an echo service; its sessions go on";
  }

  @Override
  public String arguments() {
    return "URI " + NamespaceWords.NAME_SYNOPSIS;
  }

  @Override
  public List<String> complete(List<String> words) {
    return NamespaceWords.complete(words, application.listeners());
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    NamespaceWords place = NamespaceWords.parseName(arguments, 1);
    if (place.before().size() != 1) {
      throw CommandException.usage("echo stop needs the URI that is listened on");
    }
    String uri = place.before().getFirst();
    Listening<LongAdder> listening = place.choose(application.listeners(), uri, "echo service", "show echo");
    try {
      Listening<LongAdder> stopped = application.listeners().unlisten(listening).get();
      output.value("stopped", stopped.uri());
      output.value("namespace", stopped.namespace());
    } catch (ExecutionException e) {
      throw NamespaceWords.failure(e);
    }
  }
}
