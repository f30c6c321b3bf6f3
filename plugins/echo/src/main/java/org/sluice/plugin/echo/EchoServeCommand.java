package org.sluice.plugin.echo;

import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.NamespaceWords;

/** {@code echo serve URI [namespace NAME [secret N]]}: a service that stays until {@code echo stop}. */
@Extension
public final class EchoServeCommand implements ConsoleCommand {
  private final EchoApplication application;

  /**
   * Makes the command.
   *
   * @param application what listens
   */
  @Inject
  public EchoServeCommand(EchoApplication application) {
    this.application = application;
  }

  @Override
  public String name() {
    return "echo serve";
  }

  @Override
  public String summary() {
    return "Listen, and send back what comes";
  }

  @Override
  public String arguments() {
    return "URI " + NamespaceWords.SYNOPSIS;
  }

  @Override
  public String example() {
    return "echo serve tcp://0.0.0.0:7 namespace blue";
  }

  @Override
  public List<String> complete(List<String> words) {
    return NamespaceWords.complete(words, 1, List.of());
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    NamespaceWords place = NamespaceWords.parse(arguments, 1);
    if (place.before().size() != 1) {
      throw CommandException.usage("echo serve needs one URI, as in: " + example());
    }
    try {
      var listening = application.serve(place.before().getFirst(), place.namespace(), place.secret()).get();
      output.value("listening", listening.uri());
      output.value("namespace", listening.namespace());
    } catch (ExecutionException e) {
      throw NamespaceWords.failure(e);
    }
  }
}
