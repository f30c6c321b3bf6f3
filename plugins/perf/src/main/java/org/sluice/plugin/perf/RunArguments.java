package org.sluice.plugin.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.NamespaceWords;

/** The words after the name of a client's command. */
final class RunArguments {
  static final String SIZE = "--size";
  static final String TIME = "--time";
  static final String SESSIONS = "--sessions";
  static final String OUTSTANDING = "--outstanding";
  static final String THREADS = "--threads";

  private static final long DEFAULT_TIME_NS = 5_000_000_000L;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private final String command;
  private final List<String> options;
  private final PerfSettings settings;
  private final NamespaceWords place;
  private String uri = "";
  private List<Integer> sizes;
  private long timeNs = DEFAULT_TIME_NS;
  private int sessions;
  private boolean threads;

  private RunArguments(String command, List<String> options, NamespaceWords place, PerfSettings settings, int size,
      int sessions) {
    this.command = command;
    this.options = options;
    this.place = place;
    this.settings = settings;
    this.sizes = List.of(size);
    this.sessions = sessions;
  }

  /**
   * Reads the words.
   *
   * @param command its name, for messages
   * @param options those it takes
   * @param words what was typed
   * @param settings where the limits are
   * @param size when no size is given
   * @param sessions when no number of sessions, or of outstanding connects, is given
   */
  static RunArguments parse(
      String command, List<String> options, List<String> words, PerfSettings settings, int size, int sessions)
      throws CommandException {
    NamespaceWords place = NamespaceWords.parse(words, 1);
    return new RunArguments(command, options, place, settings, Math.min(size, settings.fifoBytes()), sessions)
        .read(place.before());
  }

  private RunArguments read(List<String> words) throws CommandException {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("--")) {
        uri(word);
      } else if (!options.contains(word)) {
        throw wrong("there is no " + word);
      } else if (word.equals(THREADS)) {
        threads = true;
      } else if (++i == words.size()) {
        throw wrong(word + " needs a value");
      } else {
        option(word, words.get(i));
      }
    }
    if (uri.isEmpty()) {
      throw wrong("it needs a URI");
    }
    return this;
  }

  /** The words that may come next. */
  static List<String> complete(List<String> options, List<String> words) {
    return NamespaceWords.complete(words, 1, options.stream().filter(option -> !words.contains(option)).toList());
  }

  /** Where the client lives. */
  NamespaceWords place() {
    return place;
  }

  String uri() {
    return uri;
  }

  ConnectOptions target() {
    return ConnectOptions.of(uri);
  }

  List<Integer> sizes() {
    return sizes;
  }

  long timeNs() {
    return timeNs;
  }

  /** Sessions, or outstanding connects. */
  int sessions() {
    return sessions;
  }

  boolean threads() {
    return threads;
  }

  private void uri(String word) throws CommandException {
    if (!uri.isEmpty()) {
      throw wrong("'" + word + "' is one word too many");
    }
    try {
      ConnectOptions.of(word);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    uri = word;
  }

  private void option(String option, String value) throws CommandException {
    switch (option) {
      case SIZE -> sizes = sizes(value);
      case TIME -> timeNs = time(value);
      default -> sessions = count(option, value);
    }
  }

  private List<Integer> sizes(String value) throws CommandException {
    List<Integer> list = new ArrayList<>();
    for (String word : value.split(",", -1)) {
      OptionalLong bytes = Units.bytes(word);
      if (bytes.isEmpty()) {
        throw wrong("'" + word + "' is not a size: write 64, 1KiB or 1MiB");
      }
      if (bytes.getAsLong() < 1 || bytes.getAsLong() > settings.fifoBytes()) {
        throw wrong("a size of " + word + " is not in 1.." + settings.fifoBytes() + " (plugins.perf.fifo)");
      }
      list.add((int) bytes.getAsLong());
    }
    return List.copyOf(list);
  }

  private long time(String value) throws CommandException {
    OptionalLong time = Units.nanoseconds(value);
    if (time.isEmpty() || time.getAsLong() == 0) {
      throw wrong("'" + value + "' is not a time: write 5s, 200ms or 1m");
    }
    return time.getAsLong();
  }

  private int count(String option, String value) throws CommandException {
    if (!NUMBER.matcher(value).matches()) {
      throw wrong(option + " '" + value + "' is not a number");
    }
    int count = Integer.parseInt(value);
    if (count < 1 || count > settings.maxSessions()) {
      throw wrong(option + " " + value + " is not in 1.." + settings.maxSessions() + " (plugins.perf.limit.sessions)");
    }
    return count;
  }

  private CommandException wrong(String what) {
    String example = switch (options.getFirst()) {
      case SIZE -> SIZE + " 64 " + TIME + " 5s " + SESSIONS + " 2";
      default -> TIME + " 5s " + OUTSTANDING + " 64";
    };
    return CommandException.usage(
        command + ": " + what + "; as in: " + command + " ct://127.0.0.1/5201 " + example);
  }
}
