package org.sluice.plugin.transfer;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.pf4j.Extension;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.NamespaceWords;

/**
 * {@code transfer receive URI DIRECTORY [namespace NAME [secret N]]}: starts a receiver, which stays until it is
 * stopped.
 */
@Extension
public final class ReceiveCommand implements ConsoleCommand {
  private static final int WORDS_BEFORE = 2;

  private final TransferApplication application;

  /**
   * Makes the command.
   *
   * @param application what listens
   */
  @Inject
  public ReceiveCommand(TransferApplication application) {
    this.application = application;
  }

  @Override
  public String name() {
    return "transfer receive";
  }

  @Override
  public String summary() {
    return "Listen for transfers and write what comes into a directory";
  }

  @Override
  public String arguments() {
    return "URI DIRECTORY " + NamespaceWords.SYNOPSIS;
  }

  @Override
  public List<String> complete(List<String> words) {
    return NamespaceWords.complete(words, WORDS_BEFORE, List.of());
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    NamespaceWords place = NamespaceWords.parse(arguments, WORDS_BEFORE);
    if (place.before().size() != WORDS_BEFORE) {
      throw CommandException.usage(
          "transfer receive needs a URI and a directory, as in: transfer receive ct://0.0.0.0/5001 /tmp/received");
    }
    try {
      Path directory = Path.of(arguments.get(1));
      Listening<Receiver> receiver =
          application.receive(arguments.get(0), directory, place.namespace(), place.secret()).get();
      output.value("listening", receiver.uri());
      output.value("namespace", receiver.namespace());
      output.value("directory", receiver.listener().intake().root().toString());
    } catch (IOException | InvalidPathException e) {
      throw CommandException.failure("cannot use directory " + arguments.get(1) + ": " + e + "; name another one");
    } catch (ExecutionException e) {
      throw NamespaceWords.failure(e);
    }
  }
}
