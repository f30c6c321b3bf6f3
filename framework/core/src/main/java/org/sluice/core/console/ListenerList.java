package org.sluice.core.console;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.core.application.ListenerView;
import org.sluice.core.session.SessionAdmin;
import org.sluice.core.session.SessionView;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** Prints the listening sessions, for the commands that show them from the side of sessions or of applications. */
final class ListenerList {
  private record Row(String connection, ListenerView listener) {}

  private final StackParts parts;
  private final WorkerQueries queries;

  ListenerList(StackParts parts, WorkerQueries queries) {
    this.parts = parts;
    this.queries = queries;
  }

  /** One row per listening session. */
  void printSessions(@Nullable TransportEntry transport, ConsoleOutput output)
      throws CommandException, InterruptedException {
    output.table("listeners", Column.of("Listener", SessionRow.CONNECTION_WIDTH), Column.of("App"));
    List<Row> rows = rows(transport);
    if (rows.isEmpty()) {
      output.line("nothing listens");
    }
    for (Row row : rows) {
      output.row(row.connection(), row.listener().application());
    }
  }

  /** One row per listening session and application worker. */
  void printMembers(ConsoleOutput output) throws CommandException, InterruptedException {
    output.table("listeners", Column.of("Connection", SessionRow.CONNECTION_WIDTH), Column.of("App", 20),
        new Column("Wrk", "app_worker", -4), new Column("SegMngr", "segment_manager", -8));
    List<Row> rows = rows(null);
    if (rows.isEmpty()) {
      output.line("nothing listens");
    }
    for (Row row : rows) {
      for (ListenerView.Member member : row.listener().members()) {
        output.row(row.connection(), row.listener().application(), member.worker(), member.segmentManager());
      }
    }
  }

  private List<Row> rows(@Nullable TransportEntry transport) throws CommandException, InterruptedException {
    return queries.ask(0, () -> {
      SessionAdmin main = parts.sessions().worker(0).admin();
      List<Row> rows = new ArrayList<>();
      for (ListenerView listener : parts.applications().registry().views().listeners()) {
        SessionView session = main.view(listener.handle());
        if (session != null && (transport == null || SessionFilter.carries(transport, session))) {
          rows.add(new Row(SessionRow.connection(session), listener));
        }
      }
      return rows;
    });
  }
}
