package org.sluice.plugin.transfer;

import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;

/** {@code transfer stop URI}: ends a receiver; transfers that go on are finished. */
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
    return "URI";
  }

  @Override
  public List<String> complete(List<String> words) {
    return words.size() == 1 ? uris().filter(uri -> uri.startsWith(words.getFirst())).toList() : List.of();
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    if (arguments.size() != 1) {
      throw CommandException.usage("transfer stop needs the URI that transfer receive was given");
    }
    String uri = arguments.getFirst();
    try {
      if (!application.stop(uri).get()) {
        throw CommandException.failure("no receiver listens on " + uri + "; 'show transfer' lists them");
      }
      output.value("stopped", uri);
    } catch (ExecutionException e) {
      throw CommandException.failure(String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage()));
    }
  }

  private Stream<String> uris() {
    return application.receivers().stream().map(Receiver::uri);
  }
}
