package org.sluice.core.console;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.core.session.QueueDepths;
import org.sluice.core.session.SessionView;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.session.SessionState;

/**
 * {@code show session}: how many there are, or the sessions themselves. One command with its sub-words and not several,
 * because a console that takes abbreviations would otherwise read {@code show session state} as {@code states}.
 */
final class ShowSession extends StackCommand {
  private static final List<String> TOPICS = List.of(
      "listeners", "states", "protos", "stats", "events", "rules", "sdl", "lookup", "rt-backend", "tree");
  private static final String SESSION = "[0-9]{1,9}:[0-9]{1,9}";

  private final StackParts parts;
  private final WorkerQueries queries;
  private final SessionErrors errors;
  private final SessionScan scan;

  ShowSession(StackParts parts, WorkerQueries queries, SessionErrors errors) {
    super("show session",
        "[verbose [LEVEL]] [worker N] [index N[-N]] [state S] [proto P] [app NAME] [lcl EP] [rmt EP] [ep EP]"
            + " [force-print]"
            + " | WORKER:SLOT | listeners [PROTO] | states | protos | stats | events"
            + " | rules [proto P [match " + PolicyWords.MATCH + "]] [scope S] [appns NS] [tag T]"
            + " | sdl [ADDRESS] [appns NS] [table N]"
            + " | lookup [table N] [proto P [LCL:PORT RMT:PORT]] | rt-backend | tree [force-print]",
        "Show how many sessions each worker has, or the sessions with their state and waiting bytes");
    this.parts = parts;
    this.queries = queries;
    this.errors = errors;
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
      case "states", "protos", "stats", "events", "rt-backend", "appns", "match", "tag", "table", "index", "app", "lcl",
          "rmt", "ep" -> List.of();
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
    if (arguments.size() == 1 && arguments.getFirst().matches(SESSION)) {
      one(arguments.getFirst(), output);
      return;
    }
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

  private record One(@Nullable SessionRow row, @Nullable SessionDetails details) {
    /** On the worker. */
    static One of(@Nullable SessionView view) {
      return view == null ? new One(null, null) : new One(SessionRow.of(view), new SessionDetails(view));
    }
  }

  private void one(String id, ConsoleOutput output) throws CommandException, InterruptedException {
    int colon = id.indexOf(':');
    int worker = Integer.parseInt(id.substring(0, colon));
    if (worker >= queries.count()) {
      throw usage("there is no worker " + worker + ", the last one is " + (queries.count() - 1));
    }
    int slot = Integer.parseInt(id.substring(colon + 1));
    One one = queries.ask(worker, () -> One.of(parts.sessions().worker(worker).admin().at(slot)));
    if (one.row == null || one.details == null) {
      throw CommandException.failure("there is no session " + id + " (any more)");
    }
    SessionRow.begin(output);
    one.row.print(output);
    SessionDetails.begin(output);
    one.details.print(output);
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
          case "events" -> events(output);
          default -> errors.print(output);
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

  private void events(ConsoleOutput output) throws CommandException, InterruptedException {
    output.table("events", Column.of("Worker", -6), Column.of("Tx new", -8), Column.of("Tx old", -8),
        Column.of("Control", -8), Column.of("Watched", -8), Column.of("Lanes", -8), Column.of("Leaving", -8));
    for (int worker = 0; worker < queries.count(); worker++) {
      int on = worker;
      QueueDepths depths = queries.ask(on, () -> parts.sessions().worker(on).admin().queueDepths());
      output.row(on, depths.txNew(), depths.txOld(), depths.control(), depths.watched(), depths.lanes(),
          depths.leaving());
    }
  }
}
