package org.sluice.core.console;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.core.session.SessionView;
import org.sluice.core.transport.TransportEntry;
import org.sluice.core.transport.TransportRegistry;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.session.SessionState;

/**
 * Which sessions are to be shown, and how much of them.
 *
 * @param level 0 for numbers alone, 1 for a row each, 2 for details too
 * @param worker the worker, or -1 for all
 * @param state the state, or null for any
 * @param transport who carries them, or null for any
 * @param force whether to show more than a screenful
 */
record SessionFilter(
    int level, int worker, @Nullable SessionState state, @Nullable TransportEntry transport, boolean force) {
  static final List<String> KEYWORDS = List.of("verbose", "worker", "state", "proto", "force-print");

  static SessionFilter parse(Words words, StackCommand command, int workers, TransportRegistry transports)
      throws CommandException {
    int level = 0;
    int worker = -1;
    SessionState state = null;
    TransportEntry transport = null;
    boolean force = false;
    while (words.hasNext()) {
      switch (words.keyword(KEYWORDS)) {
        case "verbose" -> level = words.nextIsNumber() ? words.number("a level of detail", 0, 2) : 1;
        case "worker" -> worker = words.number("a worker", 0, workers - 1);
        case "state" -> state = state(words.next("a state"), command);
        case "proto" -> transport = transport(words.next("a protocol"), command, transports);
        default -> force = true;
      }
    }
    // Who asks for some sessions wants to see them.
    boolean some = state != null || transport != null || force;
    return new SessionFilter(level == 0 && some ? 1 : level, worker, state, transport, force);
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
    return (state == null || session.state() == state) && (transport == null || carries(transport, session));
  }

  /** A local session that was asked for by the name of a network protocol belongs to both. */
  static boolean carries(TransportEntry transport, SessionView session) {
    return session.transport().equals(transport.name())
        || session.protocol().endsWith(":" + transport.descriptor().shortName());
  }

  /** The words that ask for the same on one worker, all of it. */
  String forced(int onWorker) {
    StringBuilder words = new StringBuilder("verbose");
    if (level > 1) {
      words.append(' ').append(level);
    }
    words.append(" worker ").append(onWorker);
    if (state != null) {
      words.append(" state ").append(state.label());
    }
    if (transport != null) {
      words.append(" proto ").append(transport.name());
    }
    return words.append(" force-print").toString();
  }
}
