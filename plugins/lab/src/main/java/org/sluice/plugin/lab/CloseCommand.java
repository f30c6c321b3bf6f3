package org.sluice.plugin.lab;

import jakarta.inject.Inject;
import java.util.List;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.error.SessionError;

/** {@code lab close NAME SESSION}: closes in good order. */
@Extension
public final class CloseCommand extends SessionCommand {

  /**
   * Makes the command.
   *
   * @param attach where the bench is
   */
  @Inject
  public CloseCommand(AttachCommand attach) {
    super(attach.bench(), "lab close", "NAME SESSION", "Close a session of an application", "client 0:3");
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    count(words, 2, 2);
    LabApplication application = bench.application(words.getFirst());
    LabSession session = bench.session(application, words.getLast());
    SessionError error = bench.await(application.context().disconnect(session.handle), "the close did not begin");
    Bench.require(error, "session " + session.id() + " of '" + application.name() + "'");
    output.value("closed", session.id());
  }
}
