package org.sluice.plugin.lab;

import java.util.List;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.runtime.Handle;

/** A command that acts in the peer's place for a connect over {@code hole}. */
abstract class PeerCommand extends LabCommand {
  private static final String NONE = "none does; 'lab connect NAME hole://IP:PORT' begins one";

  PeerCommand(Bench bench, String name, String arguments, String summary, String example) {
    super(bench, name, arguments, summary, example);
  }

  /** What is to be done on worker 0, with the half-open of the given id; negative for too late. */
  interface Deed {
    long of(long halfOpen);
  }

  @Override
  public List<String> complete(List<String> words) {
    if (words.size() != 1) {
      return List.of();
    }
    try {
      return begunBy(words.getFirst(), bench.ask(0, () -> bench.hole().pending()).stream().map(Handle::text));
    } catch (CommandException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /** Finds and acts in one piece, so that nobody comes between. */
  final long act(String id, Deed deed) throws CommandException, InterruptedException {
    long result = bench.ask(0, () -> {
      for (long halfOpen : bench.hole().pending()) {
        if (Handle.text(halfOpen).equals(id)) {
          return deed.of(halfOpen);
        }
      }
      return Handle.INVALID;
    });
    if (result < 0) {
      List<String> waiting = bench.ask(0, () -> bench.hole().pending()).stream().map(Handle::text).toList();
      throw CommandException.failure("no connect over hole waits as " + id + ", "
          + (waiting.isEmpty() ? NONE : "but there wait: " + String.join(", ", waiting)));
    }
    return result;
  }
}
