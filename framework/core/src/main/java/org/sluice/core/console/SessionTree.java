package org.sluice.core.console;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sluice.core.session.SessionView;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.runtime.Handle;

/**
 * Prints which sessions came through which listener, and which are streams of which, each below what it belongs to. At
 * most a screenful per worker unless told otherwise. For one run.
 */
final class SessionTree {
  private final SessionScan scan;
  private final String command;
  private final boolean force;
  private final Map<Long, List<Row>> below = new LinkedHashMap<>();
  private final Set<Long> shown = new HashSet<>();
  private long left;

  /** A session with what it belongs to: its parent, else its listener, else nothing. */
  private record Row(long handle, long belongsTo, String kind, String connection, String application, String state) {
    static Row of(SessionView view) {
      String kind = view.isListener() ? "listener"
          : view.isStream() ? "stream" : view.isHalfOpen() ? "half-open" : "session";
      long belongsTo = view.isListener() || view.isHalfOpen() ? Handle.INVALID
          : view.isStream() ? view.parent() : view.listener();
      return new Row(
          view.handle(), belongsTo, kind, SessionRow.connection(view), view.application(), view.stateLabel());
    }
  }

  /** What one query brings back. */
  private static final class Piece {
    final List<Row> rows = new ArrayList<>();
    int room;
    long left;

    Piece(int room) {
      this.room = room;
    }

    void add(SessionView view) {
      if (room > 0) {
        room--;
        rows.add(Row.of(view));
      } else {
        left++;
      }
    }
  }

  SessionTree(SessionScan scan, String command, boolean force) {
    this.scan = scan;
    this.command = command;
    this.force = force;
  }

  void print(int workers, ConsoleOutput output) throws CommandException, InterruptedException {
    for (int worker = 0; worker < workers && !output.isCancelled(); worker++) {
      int[] room = {force ? Integer.MAX_VALUE : SessionList.MOST_SHOWN};
      scan.read(worker, output, () -> new Piece(room[0]), Piece::add, piece -> {
        room[0] = piece.room;
        left += piece.left;
        for (Row row : piece.rows) {
          shown.add(row.handle());
          below.computeIfAbsent(row.belongsTo(), handle -> new ArrayList<>()).add(row);
        }
      });
    }
    output.table("tree", Column.of("Session", SessionRow.CONNECTION_WIDTH), Column.of("Kind", 9), Column.of("App", 20),
        Column.of("State", 15), new Column("Of", "belongs_to", 8));
    if (shown.isEmpty()) {
      output.line("no sessions");
    }
    below.forEach((belongsTo, rows) -> {
      if (!shown.contains(belongsTo)) {
        print(rows, 0, output);
      }
    });
    if (left > 0) {
      output.line(left + " more are not shown; '" + command + " tree force-print' shows them");
    }
  }

  private void print(List<Row> rows, int level, ConsoleOutput output) {
    for (Row row : rows) {
      output.row(new ConsoleOutput.Indented(level, row.connection()), row.kind(), row.application(), row.state(),
          row.belongsTo() < 0 ? "" : Handle.text(row.belongsTo()));
      List<Row> of = below.get(row.handle());
      if (of != null) {
        print(of, level + 1, output);
      }
    }
  }
}
