package org.sluice.plugin.lab;

import jakarta.inject.Inject;
import java.util.List;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;

/** {@code lab listen NAME URI}: until the application is detached. */
@Extension
public final class ListenCommand extends LabCommand {

  /**
   * Makes the command.
   *
   * @param attach where the bench is
   */
  @Inject
  public ListenCommand(AttachCommand attach) {
    super(attach.bench(), "lab listen", "NAME URI", "Have an application of the bench listen on a session URI",
        "server ct://127.0.0.1/80");
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    count(words, 2, 2);
    LabApplication application = bench.application(words.getFirst());
    String uri = words.getLast();
    long _ = bench.await(application.context().listen(uri), "the listen did not end");
    output.value("listening", uri);
  }
}
