package org.sluice.host.console;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;

/**
 * Repeats another command until the user gives up or its rounds are done. Each round is a run of its own: its failure
 * is shown and the next one follows, and as JSON it is one object after the other.
 */
public final class WatchCommand implements ConsoleCommand {
  private static final String NAME = "watch";
  private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]+)?|\\.[0-9]+");
  private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,8}");
  private static final double LEAST_SECONDS = 0.1;
  private static final double MOST_SECONDS = 3600;
  private static final double DEFAULT_SECONDS = 2;
  /** Repeating these makes no sense: one ends the host, the other would never come back. */
  private static final Set<String> REFUSED = Set.of("quit", NAME);

  private final CommandRegistry registry;
  private final Console console;

  /** A command that repeats those of a registry. */
  public WatchCommand(CommandRegistry registry) {
    this.registry = registry;
    console = new Console(registry);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Repeat a command";
  }

  @Override
  public String arguments() {
    return "[SECONDS] [count N] COMMAND...";
  }

  @Override
  public String example() {
    return "watch 1 count 3 show session";
  }

  @Override
  public List<String> complete(List<String> words) {
    int start = optionWords(words);
    return start >= words.size() ? List.of() : registry.complete(words.subList(start, words.size()));
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    boolean timed = !arguments.isEmpty() && NUMBER.matcher(arguments.getFirst()).matches();
    double seconds = timed ? seconds(arguments.getFirst()) : DEFAULT_SECONDS;
    int place = timed ? 1 : 0;
    int rounds = Integer.MAX_VALUE;
    if (arguments.size() > place && arguments.get(place).equals("count")) {
      rounds = count(arguments, place + 1);
      place += 2;
    }
    List<String> words = arguments.subList(place, arguments.size());
    check(words);
    if (!(output instanceof RenderedOutput rendered)) {
      throw CommandException.failure("'watch' runs on a console only");
    }
    String title = String.format(Locale.ROOT, "every %.1f s: %s", seconds, String.join(" ", words));
    Duration interval = Duration.ofMillis(Math.round(seconds * 1000));
    for (int round = 1; !output.isCancelled(); round++) {
      rendered.round(console, title, words);
      if (round >= rounds) {
        return;
      }
      rendered.pause(interval);
    }
  }

  private void check(List<String> words) throws CommandException {
    if (words.isEmpty()) {
      throw CommandException.usage("'watch' needs a command, as in: " + example());
    }
    String name = registry.find(words).name();
    if (REFUSED.contains(name)) {
      throw CommandException.usage("'" + name + "' cannot be watched");
    }
  }

  private static double seconds(String word) throws CommandException {
    double seconds = Double.parseDouble(word);
    if (seconds < LEAST_SECONDS || seconds > MOST_SECONDS) {
      throw CommandException.usage("'watch' repeats every 0.1 to 3600 seconds, not every " + word);
    }
    return seconds;
  }

  private static int count(List<String> words, int place) throws CommandException {
    if (place >= words.size() || !COUNT.matcher(words.get(place)).matches()) {
      throw CommandException.usage("'count' needs a number of rounds from 1 to 999999999");
    }
    return Integer.parseInt(words.get(place));
  }

  private static int optionWords(List<String> words) {
    int place = words.size() > 1 && NUMBER.matcher(words.getFirst()).matches() ? 1 : 0;
    return words.size() > place + 1 && words.get(place).equals("count") ? place + 2 : place;
  }
}
