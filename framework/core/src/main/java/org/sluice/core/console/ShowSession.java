package org.sluice.core.console;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sluice.core.session.SessionView;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.session.SessionState;

/**
 * {@code show session}: how many there are, or the sessions themselves. One command with its sub-words and not several,
 * because a console that takes abbreviations would otherwise read {@code show session state} as {@code states}.
 */
final class ShowSession extends StackCommand {
  private static final List<String> TOPICS = List.of(
      "listeners", "states", "protos", "stats", "rules", "sdl", "lookup", "rt-backend", "tree");
  private static final String ERRORS = ".session.error.";

  private final StackParts parts;
  private final WorkerQueries queries;
  private final SessionScan scan;

  ShowSession(StackParts parts, WorkerQueries queries) {
    super("show session",
        "[verbose [LEVEL]] [worker N] [state S] [proto P] [force-print] | listeners [PROTO] | states | protos | stats"
            + " | rules [proto P [match " + PolicyWords.MATCH + "]] [scope S] [appns NS] | sdl [ADDRESS] [appns NS]"
            + " | lookup [table N] [proto P [LCL:PORT RMT:PORT]] | rt-backend | tree [force-print]",
        "Show how many sessions each worker has, or the sessions with their state and waiting bytes");
    this.parts = parts;
    this.queries = queries;
    scan = new SessionScan(parts.sessions(), queries);
  }

  @Override
  public List<String> complete(List<String> words) {
    String before = words.size() < 2 ? "" : words.get(words.size() - 2);
    return switch (before) {
      case "" -> candidates(words, Stream.concat(SessionFilter.KEYWORDS.stream(), TOPICS.stream()));
      case "worker" -> candidates(words.subList(words.size() - 1, words.size()),
          IntStream.range(0, queries.count()).mapToObj(Integer::toString));
      case "state" -> candidates(words, SessionFilter.stateNames().stream());
      case "proto", "listeners" -> candidates(words, transports());
      case "states", "protos", "stats", "rt-backend", "appns", "match" -> List.of();
      case "scope" -> candidates(words, Stream.of("global", "local", "both"));
      default -> switch (words.getFirst()) {
        case "listeners" -> List.of();
        case "tree" -> candidates(words, Stream.of("force-print"));
        case "rules" -> candidates(words, PolicyTopics.RULE_KEYWORDS.stream());
        case "sdl" -> candidates(words, PolicyTopics.SDL_KEYWORDS.stream());
        case "lookup" -> candidates(words, LookupTopic.KEYWORDS.stream());
        default -> candidates(words, SessionFilter.KEYWORDS.stream());
      };
    };
  }

  private Stream<String> transports() {
    return parts.transports().entries().stream().map(TransportEntry::name);
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    Words words = words(arguments);
    if (!arguments.isEmpty() && !SessionFilter.KEYWORDS.contains(arguments.getFirst())) {
      List<String> choices = new ArrayList<>(TOPICS);
      choices.addAll(SessionFilter.KEYWORDS);
      String topic = words.keyword(choices);
      if (TOPICS.contains(topic)) {
        show(topic, words, output);
        return;
      }
      words = words(arguments);
    }
    SessionFilter filter = SessionFilter.parse(words, this, queries.count(), parts.transports());
    if (filter.level() == 0) {
      numbers(filter, output);
    } else {
      new SessionList(scan, filter, name()).print(queries.count(), output);
    }
  }

  private void show(String topic, Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    PolicyTopics policy = new PolicyTopics(parts, queries, this);
    switch (topic) {
      case "listeners" -> listeners(words, output);
      case "tree" -> tree(words, output);
      case "rules" -> policy.rules(words, output);
      case "sdl" -> policy.sdl(words, output);
      case "lookup" -> new LookupTopic(parts, queries, this).print(words, output);
      default -> {
        words.end();
        switch (topic) {
          case "states" -> states(output);
          case "protos" -> protocols(output);
          case "rt-backend" -> policy.backend(output);
          default -> errors(output);
        }
      }
    }
  }

  private void listeners(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    TransportEntry transport =
        words.hasNext() ? SessionFilter.transport(words.next("a protocol"), this, parts.transports()) : null;
    words.end();
    new ListenerList(parts, queries).printSessions(transport, output);
  }

  private void tree(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    boolean force = words.hasNext() && !words.keyword(List.of("force-print")).isEmpty();
    words.end();
    new SessionTree(scan, name(), force).print(queries.count(), output);
  }

  private void numbers(SessionFilter filter, ConsoleOutput output) throws CommandException, InterruptedException {
    if (!parts.transports().isOn()) {
      output.line("the session layer is disabled, 'session enable' brings it back");
    }
    SessionTally total = new SessionTally();
    for (int worker = 0; worker < queries.count() && !output.isCancelled(); worker++) {
      if (filter.worker() < 0 || filter.worker() == worker) {
        SessionTally tally = new SessionTally();
        scan.read(worker, output, SessionTally::new, SessionTally::count, tally::add);
        long n = tally.sessions();
        output.line("Worker " + worker + ": " + (n == 0 ? "no sessions" : n == 1 ? "1 session" : n + " sessions")
            + tally.others());
        total.add(tally);
      }
    }
    output.value("sessions", total.sessions());
    output.value("half_opens", total.halfOpens);
    output.value("listeners", total.listeners);
  }

  private void states(ConsoleOutput output) throws CommandException, InterruptedException {
    Map<SessionState, Long> counts = new EnumMap<>(SessionState.class);
    for (int worker = 0; worker < queries.count(); worker++) {
      scan.read(worker, output, ArrayList<SessionState>::new, ShowSession::addState,
          states -> states.forEach(state -> counts.merge(state, 1L, Long::sum)));
    }
    output.table("states", Column.of("State", 15), Column.of("Sessions", -10));
    for (SessionState state : SessionState.values()) {
      output.row(state.label(), counts.getOrDefault(state, 0L));
    }
  }

  private static void addState(List<SessionState> states, SessionView session) {
    states.add(session.state());
  }

  private void protocols(ConsoleOutput output) {
    output.table("protos", Column.of("Id", -4), Column.of("Name", 16), Column.of("Short", 5));
    for (TransportEntry entry : parts.transports().entries()) {
      output.row(entry.id(), entry.name(), entry.descriptor().shortName());
    }
  }

  private void errors(ConsoleOutput output) {
    output.table("error_counters", Column.of("Worker", 6), Column.of("Error", 20), Column.of("Count", -12),
        Column.of("Meaning"));
    long total = 0;
    for (int worker = Counter.NO_WORKER; worker < queries.count(); worker++) {
      total += errors(worker, output);
    }
    output.value("errors", total);
  }

  /** The errors that were counted on one worker, or outside of any. */
  private long errors(int worker, ConsoleOutput output) {
    LongAdder total = new LongAdder();
    parts.ownCounters().forEach((name, counter) -> {
      int at = name.indexOf(ERRORS);
      long count = at < 0 ? 0 : counter.value(worker);
      if (count != 0) {
        output.row(worker == Counter.NO_WORKER ? "none" : Integer.toString(worker),
            name.substring(at + ERRORS.length()), count, parts.counters().description(name));
        total.add(count);
      }
    });
    return total.sum();
  }
}
