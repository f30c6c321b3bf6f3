package org.sluice.core.console;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sluice.core.session.SessionView;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.transport.TransportDescriptor;

/** {@code show transport}: what is registered, by which plugin, and how much it carries. */
final class ShowTransport extends StackCommand {
  private final StackParts parts;
  private final WorkerQueries queries;

  ShowTransport(StackParts parts, WorkerQueries queries) {
    super("show transport", "", "Show the registered transports and how many sessions each of them carries");
    this.parts = parts;
    this.queries = queries;
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    words(arguments).end();
    Map<String, SessionTally> carried = new HashMap<>();
    SessionScan scan = new SessionScan(parts.sessions(), queries);
    for (int worker = 0; worker < queries.count(); worker++) {
      scan.read(worker, output, HashMap<String, SessionTally>::new, ShowTransport::count,
          piece -> piece.forEach((name, tally) -> tally(carried, name).add(tally)));
    }
    output.table("transports", Column.of("Id", -4), Column.of("Name", 8), Column.of("Short", 5),
        Column.of("Service", 16), Column.of("Tx mode", 8), Column.of("Traits", 16), Column.of("State", 8),
        Column.of("Plugin", 16), Column.of("Sessions", -10), Column.of("Half-opens", -10), Column.of("Listeners", -10));
    if (parts.transports().entries().isEmpty()) {
      output.line("no transport is registered: load a plugin that brings one");
    }
    for (TransportEntry entry : parts.transports().entries()) {
      TransportDescriptor about = entry.descriptor();
      SessionTally tally = tally(carried, entry.name());
      output.row(entry.id(), entry.name(), about.shortName(), Label.of(about.service()), Label.of(about.txMode()),
          Label.of(about.traits()), parts.transports().state(entry), entry.faults().pluginId(), tally.sessions(),
          tally.halfOpens, tally.listeners);
    }
  }

  private static void count(Map<String, SessionTally> tallies, SessionView session) {
    tally(tallies, session.transport()).count(session);
  }

  private static SessionTally tally(Map<String, SessionTally> tallies, String transport) {
    return tallies.computeIfAbsent(transport, absent -> new SessionTally());
  }
}
