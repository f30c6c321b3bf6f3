package org.sluice.plugin.tcp;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;

/** What the commands of TCP have in common. Console threads. */
abstract class TcpCommand implements ConsoleCommand {
  private static final long PATIENCE_S = 10;

  final TcpTransport tcp;
  private final String name;
  private final String arguments;
  private final String summary;

  TcpCommand(TcpTransport tcp, String name, String arguments, String summary) {
    this.tcp = tcp;
    this.name = name;
    this.arguments = arguments;
    this.summary = summary;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String arguments() {
    return arguments;
  }

  @Override
  public final String summary() {
    return summary;
  }

  static List<String> begunBy(String word, Stream<String> choices) {
    return choices.filter(choice -> choice.startsWith(word)).toList();
  }

  final CommandException usage(String wrong) {
    return CommandException.usage(wrong + "; usage: " + (name + " " + arguments).strip()
        + (example().isEmpty() ? "" : ", as in: " + example()));
  }

  /** Refuses words behind the last one that is known. */
  final void atMost(List<String> words, int most) throws CommandException {
    if (words.size() > most) {
      throw usage("'" + words.get(most) + "' is too much");
    }
  }

  /** Runs a function on a worker and waits for its result, but not for ever. */
  final <T> T ask(int worker, Supplier<T> query) throws CommandException, InterruptedException {
    CompletableFuture<T> answer = tcp.workers().query(worker, query);
    try {
      return answer.get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw CommandException.failure("worker " + worker + " did not answer within " + PATIENCE_S
          + " s: it is stuck or overloaded; 'show workers' tells whether it still turns");
    } catch (ExecutionException e) {
      throw CommandException.failure("worker " + worker + ": " + e.getCause());
    }
  }
}
