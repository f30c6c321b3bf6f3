package org.sluice.plugin.transfer;

import jakarta.inject.Inject;
import java.util.List;
import org.pf4j.Extension;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** {@code show transfer}: receivers, and transfers that go on. */
@Extension
public final class ShowCommand implements ConsoleCommand {
  private final TransferApplication application;

  /**
   * Makes the command.
   *
   * @param application what is shown
   */
  @Inject
  public ShowCommand(TransferApplication application) {
    this.application = application;
  }

  @Override
  public String name() {
    return "show transfer";
  }

  @Override
  public String summary() {
    return "Show receivers of files and the transfers that go on";
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
    if (!arguments.isEmpty()) {
      throw CommandException.usage("show transfer takes no arguments");
    }
    output.table("receivers", Column.of("uri"), Column.of("namespace"), Column.of("directory"),
        Column.of("files", -8));
    for (Listening<Receiver> listening : application.receivers().all()) {
      Receiver receiver = listening.listener();
      output.row(listening.uri(), listening.namespace(), receiver.intake().root(), receiver.files().sum());
    }
    output.table("transfers", Column.of("direction"), Column.of("peer"), Column.of("done", -8),
        Column.of("entries", -8), Column.of("bytes", -12), Column.of("of", -12), Column.of("name"));
    for (Progress progress : application.active()) {
      output.row(progress.direction(), progress.peer(), progress.entries(), progress.expectedEntries(),
          progress.doneBytes(), progress.sizeBytes(), progress.name());
    }
  }
}
