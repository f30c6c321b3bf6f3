package org.sluice.plugin.transfer;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;

/** {@code transfer receive URI DIRECTORY}: starts a receiver that stays until {@code transfer stop}. */
@Extension
public final class ReceiveCommand implements ConsoleCommand {
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
    return "URI DIRECTORY";
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    if (arguments.size() != 2) {
      throw CommandException.usage(
          "transfer receive needs a URI and a directory, as in: transfer receive ct://0.0.0.0/5001 /tmp/received");
    }
    try {
      Receiver receiver = application.receive(arguments.get(0), Path.of(arguments.get(1))).get();
      output.value("listening", receiver.uri());
      output.value("directory", receiver.intake().root().toString());
    } catch (IOException | InvalidPathException e) {
      throw CommandException.failure("cannot use directory " + arguments.get(1) + ": " + e + "; name another one");
    } catch (ExecutionException e) {
      throw CommandException.failure(String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage()));
    }
  }
}
