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

/**
 * {@code perf server URI [--threads] [namespace NAME [secret N]]}: starts a server that stays until {@code perf stop}.
 */
@Extension
public final class ServerCommand implements ConsoleCommand {
  private static final String THREADS = "--threads";

  private final PerfApplication application;

  /**
   * Makes the command.
   *
   * @param application what listens
   */
  @Inject
  public ServerCommand(PerfApplication application) {
    this.application = application;
  }

  @Override
  public String name() {
    return "perf server";
  }

  @Override
  public String summary() {
    return "Serve the measuring clients: by callbacks, or with --threads each session by a virtual thread";
  }

  @Override
  public String arguments() {
    return "URI [--threads] " + NamespaceWords.SYNOPSIS;
  }

  @Override
  public List<String> complete(List<String> words) {
    return NamespaceWords.complete(words, 1, words.size() == 2 ? List.of(THREADS) : List.of());
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    NamespaceWords place = NamespaceWords.parse(arguments, 1);
    boolean threads = place.before().contains(THREADS);
    List<String> uris = place.before().stream().filter(word -> !word.equals(THREADS)).toList();
    if (uris.size() != 1) {
      throw CommandException.usage("perf server needs one URI, as in: perf server ct://0.0.0.0/5201 --threads");
    }
    try {
      Listening<Server> server = application.serve(uris.getFirst(), threads, place.namespace(), place.secret()).get();
      output.value("listening", server.uri());
      output.value("namespace", server.namespace());
      output.value("threads", server.listener().threads());
    } catch (ExecutionException e) {
      throw NamespaceWords.failure(e);
    }
  }
}
