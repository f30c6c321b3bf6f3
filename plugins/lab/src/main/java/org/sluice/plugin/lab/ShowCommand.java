package org.sluice.plugin.lab;

import jakarta.inject.Inject;
import java.util.List;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.runtime.Handle;

/** {@code show lab [NAME]}: the applications on the bench, their sessions, and what became of their connects. */
@Extension
public final class ShowCommand extends LabCommand {

  /**
   * Makes the command.
   *
   * @param attach where the bench is
   */
  @Inject
  public ShowCommand(AttachCommand attach) {
    super(attach.bench(), "show lab", "[NAME]",
        "Show the applications on the bench, their sessions and what these received, and outcomes of connects",
        "client");
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException {
    count(words, 0, 1);
    List<LabApplication> shown =
        words.isEmpty() ? bench.applications() : List.of(bench.application(words.getFirst()));
    output.table("applications", Column.of("Name", 10), Column.of("Namespace", 10), Column.of("Scope", 6),
        Column.of("Sessions", -8), Column.of("Pending", -7));
    for (LabApplication one : shown) {
      output.row(one.name(), one.options().namespace(), AttachCommand.scopes(one.options()), one.sessions().size(),
          one.connects().waiting());
    }
    if (shown.isEmpty()) {
      output.line("nothing is on the bench; 'lab attach NAME' puts an application there");
    }
    sessions(shown, output);
    connects(shown, output);
  }

  private static void sessions(List<LabApplication> shown, ConsoleOutput output) {
    output.table("sessions", Column.of("App", 10), Column.of("Session", 7), Column.of("Way", 9),
        Column.of("Opaque", -6), Column.of("Transport"), Column.of("Flow", 40),
        new Column("Received", "received_bytes", -8), Column.of("Last"));
    for (LabApplication one : shown) {
      for (LabSession session : one.sessions()) {
        output.row(one.name(), session.id(), session.way, session.opaque, session.transport, session.flow,
            session.received(), session.last());
      }
    }
  }

  private static void connects(List<LabApplication> shown, ConsoleOutput output) {
    output.table("connects", Column.of("App", 10), Column.of("Opaque", -6), Column.of("URI", 28),
        Column.of("Outcome", 9), Column.of("Session", 7));
    for (LabApplication one : shown) {
      for (LabConnect connect : one.connects().list()) {
        Outcome outcome = connect.outcome();
        output.row(one.name(), connect.opaque(), connect.uri(), connect.text(),
            Handle.text(outcome == null ? Handle.INVALID : outcome.session()));
      }
    }
  }
}
