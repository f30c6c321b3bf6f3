package org.sluice.plugin.lab;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import org.pf4j.Extension;
import org.sluice.spi.application.PendingConnect;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.runtime.Handle;

/** {@code lab pending NAME}: the connects that are not answered, as the session layer lists them. */
@Extension
public final class PendingCommand extends LabCommand {

  /**
   * Makes the command.
   *
   * @param attach where the bench is
   */
  @Inject
  public PendingCommand(AttachCommand attach) {
    super(attach.bench(), "lab pending", "NAME", "List the connects of an application that are not answered",
        "client");
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    count(words, 1, 1);
    LabApplication application = bench.application(words.getFirst());
    output.table("pending", new Column("Half-open", "half_open", 9), Column.of("Opaque", -6), Column.of("URI", 28),
        Column.of("Local", 21), Column.of("Phase"));
    List<PendingConnect> pending =
        bench.await(application.context().pendingConnects(), "the list did not come");
    for (PendingConnect one : pending) {
      output.row(Handle.text(one.halfOpen()), one.opaque(), one.protocol() + "://" + one.remote(), one.local(),
          one.phase().name().toLowerCase(Locale.ROOT));
    }
    if (pending.isEmpty()) {
      output.line("no connect of '" + application.name() + "' waits");
    }
  }
}
