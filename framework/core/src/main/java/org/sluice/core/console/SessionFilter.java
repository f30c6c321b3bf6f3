package org.sluice.core.console;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.sluice.core.session.SessionView;
import org.sluice.core.transport.TransportEntry;
import org.sluice.core.transport.TransportRegistry;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.SessionState;

/**
 * Which sessions are to be shown, and how much of them.
 *
 * @param level 0 for numbers alone, 1 for a row each, 2 for details too
 * @param worker the worker, or -1 for all
 * @param match asked for each session, on its worker
 * @param wanted the words that say what is matched, each after a blank; empty when all are
 * @param force whether to show more than a screenful
 */
record SessionFilter(int level, int worker, Predicate<SessionView> match, String wanted, boolean force) {
  static final List<String> KEYWORDS =
      List.of("verbose", "worker", "index", "state", "proto", "app", "lcl", "rmt", "ep", "force-print");

  static SessionFilter parse(Words words, StackCommand command, int workers, TransportRegistry transports)
      throws CommandException {
    int level = 0;
    int worker = -1;
    boolean force = false;
    Predicate<SessionView> match = session -> true;
    StringBuilder wanted = new StringBuilder();
    while (words.hasNext()) {
      String keyword = words.keyword(KEYWORDS);
      switch (keyword) {
        case "verbose", "worker" -> words.once(keyword);
        default -> { }
      }
      switch (keyword) {
        case "verbose" -> level = words.nextIsNumber() ? words.number("a level of detail", 0, 2) : 1;
        case "worker" -> worker = words.number("a worker", 0, workers - 1);
        case "force-print" -> force = true;
        default -> {
          Wish wish = wish(keyword, words, command, transports);
          match = match.and(wish.match);
          wanted.append(' ').append(keyword).append(' ').append(wish.value);
        }
      }
    }
    // Who asks for some sessions wants to see them.
    boolean some = !wanted.isEmpty() || force;
    return new SessionFilter(level == 0 && some ? 1 : level, worker, match, wanted.toString(), force);
  }

  private record Wish(Predicate<SessionView> match, String value) {}

  private static Wish wish(String keyword, Words words, StackCommand command, TransportRegistry transports)
      throws CommandException {
    return switch (keyword) {
      case "index" -> index(words.next("the number behind the colon, or a range like 0-99"), command);
      case "state" -> {
        SessionState state = state(words.next("a state"), command);
        yield new Wish(session -> session.state() == state, state.label());
      }
      case "proto" -> {
        TransportEntry transport = transport(words.next("a protocol"), command, transports);
        yield new Wish(session -> carries(transport, session), transport.name());
      }
      case "app" -> {
        String name = words.next("the name of an application");
        yield new Wish(session -> session.application().equals(name), name);
      }
      default -> {
        EndpointPattern pattern = EndpointPattern.parse(words.next("an address, with or without port"), command);
        yield new Wish(switch (keyword) {
          case "lcl" -> session -> pattern.matches(session.localEndpoint());
          case "rmt" -> session -> pattern.matches(session.remoteEndpoint());
          default -> session -> pattern.matches(session.localEndpoint()) || pattern.matches(session.remoteEndpoint());
        }, pattern.text());
      }
    };
  }

  private static Wish index(String word, StackCommand command) throws CommandException {
    String[] ends = word.split("-", -1);
    boolean numbers = ends.length <= 2 && Arrays.stream(ends).allMatch(Words::isNumber);
    int first = numbers ? Integer.parseInt(ends[0]) : 1;
    int last = numbers ? Integer.parseInt(ends[ends.length - 1]) : 0;
    if (first > last) {
      throw command.usage("'" + word + "' is no index and no range; write 7 or 0-99");
    }
    return new Wish(session -> {
      int slot = Handle.slot(session.handle());
      return slot >= first && slot <= last;
    }, word);
  }

  static List<String> stateNames() {
    return Arrays.stream(SessionState.values()).map(SessionState::label).toList();
  }

  private static SessionState state(String word, StackCommand command) throws CommandException {
    for (SessionState state : SessionState.values()) {
      if (state.label().equals(word)) {
        return state;
      }
    }
    throw command.usage("'" + word + "' is no state; states are: " + String.join(", ", stateNames()));
  }

  static TransportEntry transport(String word, StackCommand command, TransportRegistry transports)
      throws CommandException {
    for (TransportEntry entry : transports.entries()) {
      if (entry.name().equals(word) || entry.descriptor().shortName().equals(word)
          || word.equals(Integer.toString(entry.id()))) {
        return entry;
      }
    }
    List<String> known = transports.entries().stream().map(TransportEntry::name).toList();
    throw command.usage("'" + word + "' is no registered protocol; registered are: "
        + (known.isEmpty() ? "none" : String.join(", ", known)));
  }

  /** Whether a session is to be shown. On its worker. */
  boolean matches(SessionView session) {
    return match.test(session);
  }

  /** A local session that was asked for by the name of a network protocol belongs to both. */
  static boolean carries(TransportEntry transport, SessionView session) {
    return session.transport().equals(transport.name())
        || session.protocol().endsWith(":" + transport.descriptor().shortName());
  }

  /** The words that ask for the same on one worker, all of it. */
  String forced(int onWorker) {
    return "verbose" + (level > 1 ? " " + level : "") + " worker " + onWorker + wanted + " force-print";
  }
}
