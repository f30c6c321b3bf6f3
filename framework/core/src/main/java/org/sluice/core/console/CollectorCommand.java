package org.sluice.core.console;

import java.util.List;
import java.util.stream.Stream;
import org.sluice.core.application.ApplicationView;
import org.sluice.core.application.CollectorControl;
import org.sluice.core.application.CollectorView;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/**
 * {@code app evt-collector}: gives an application the records of closed sessions, or stops to. What {@code show app
 * evt-collector} prints is here too.
 */
final class CollectorCommand extends StackCommand {
  private static final String ADD = "add";
  private static final String DEL = "del";

  private final StackParts parts;
  private final WorkerQueries queries;

  CollectorCommand(StackParts parts, WorkerQueries queries) {
    super("app evt-collector", "add NAME | del NAME",
        "Give an attached application a record of each closed session of its namespace, or stop to");
    this.parts = parts;
    this.queries = queries;
  }

  @Override
  public List<String> complete(List<String> words) {
    if (words.size() < 2) {
      return candidates(words, Stream.of(ADD, DEL));
    }
    try {
      return candidates(words, queries.ask(0, () -> parts.applications().registry().views().applications()).stream()
          .map(ApplicationView::name));
    } catch (CommandException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    Words words = words(arguments);
    String verb = words.next("'add' or 'del'");
    boolean adds = verb.equals(ADD);
    if (!adds && !verb.equals(DEL)) {
      throw usage("'" + verb + "' is neither 'add' nor 'del'");
    }
    String name = words.next("the name of an application");
    words.end();
    CollectorControl control = parts.applications().registry().collectors();
    queries.change(() -> {
      if (adds) {
        control.add(name);
      } else {
        control.remove(name);
      }
    });
    output.line(adds ? "event collector " + name + " is ready" : name + " collects no events");
  }

  /** {@code show app evt-collector}. */
  static void print(StackParts parts, WorkerQueries queries, ConsoleOutput output)
      throws CommandException, InterruptedException {
    List<CollectorView> all = queries.ask(0, parts.applications().registry().collectors()::views);
    long[] counts = new long[3];
    parts.ownCounters().forEach((name, counter) -> {
      counts[0] += name.equals("stack.session.records") ? counter.value() : 0;
      counts[1] += name.equals("stack.session.records-dropped") ? counter.value() : 0;
      counts[2] += name.equals("stack.session.records-undelivered") ? counter.value() : 0;
    });
    output.value("records", counts[0]);
    output.value("dropped", counts[1]);
    output.value("undelivered", counts[2]);
    output.table("collectors", Column.of("Application", 20), Column.of("Namespace", 12), Column.of("State", 7),
        Column.of("Records", -10), Column.of("Plugin", 16));
    if (all.isEmpty()) {
      output.line("no event collector is attached");
    }
    for (CollectorView one : all) {
      output.row(one.name(), one.namespace(), "ready", one.records(), one.pluginId());
    }
  }
}
