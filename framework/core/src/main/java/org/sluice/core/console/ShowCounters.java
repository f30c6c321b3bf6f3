package org.sluice.core.console;

import java.util.List;
import java.util.stream.Stream;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** {@code show counters}: what was counted, by the stack and by plugins. */
final class ShowCounters extends StackCommand {
  private final StackParts parts;

  ShowCounters(StackParts parts) {
    super("show counters", "[all] [PREFIX]",
        "Show the counters that have counted something, or all of them; PREFIX begins any word of the name");
    this.parts = parts;
  }

  @Override
  public List<String> complete(List<String> words) {
    Stream.Builder<String> names = Stream.builder();
    names.add("all");
    parts.counters().forEach((name, counter) -> names.add(name));
    return candidates(words, names.build());
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
    boolean all = !arguments.isEmpty() && arguments.getFirst().equals("all");
    List<String> rest = all ? arguments.subList(1, arguments.size()) : arguments;
    if (rest.size() > 1) {
      throw usage("'" + rest.get(1) + "' is too much: one beginning of a word can be given");
    }
    String prefix = rest.isEmpty() ? "" : rest.getFirst();
    output.table("counters", Column.of("Counter", 40), Column.of("Value", -16), Column.of("Meaning"));
    parts.counters().forEach((name, counter) -> {
      boolean asked = name.startsWith(prefix) || name.contains("." + prefix);
      if (asked && (all || counter.value() != 0) && !output.isCancelled()) {
        output.row(name, counter.value(), parts.counters().description(name));
      }
    });
  }
}
