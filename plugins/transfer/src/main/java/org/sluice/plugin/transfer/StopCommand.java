package org.sluice.plugin.transfer;

import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.pf4j.Extension;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.NamespaceWords;

/** {@code transfer stop URI [namespace NAME]}: ends a receiver; transfers that go on are finished. */
@Extension
public final class StopCommand implements ConsoleCommand {
  private final TransferApplication application;

  /**
   * Makes the command.
   *
   * @param application what listens
   */
  @Inject
  public StopCommand(TransferApplication application) {
    this.application = application;
  }

  @Override
  public String name() {
    return "transfer stop";
  }

  @Override
  public String summary() {
    return "Stop listening for transfers; those that go on are finished";
  }

  @Override
  public String arguments() {
    return "URI " + NamespaceWords.NAME_SYNOPSIS;
  }

  @Override
  public List<String> complete(List<String> words) {
    return NamespaceWords.complete(words, application.receivers());
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    NamespaceWords place = NamespaceWords.parseName(arguments, 1);
    if (place.before().size() != 1) {
      throw CommandException.usage("transfer stop needs the URI that transfer receive was given");
    }
    Listening<Receiver> listening =
        place.choose(application.receivers(), place.before().getFirst(), "receiver", "show transfer");
    try {
      Listening<Receiver> stopped = application.receivers().unlisten(listening).get();
      output.value("stopped", stopped.uri());
      output.value("namespace", stopped.namespace());
    } catch (ExecutionException e) {
      throw NamespaceWords.failure(e);
    }
  }
}
