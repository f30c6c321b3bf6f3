package org.sluice.plugin.lab;

import jakarta.inject.Inject;
import java.util.List;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;

/** {@code lab detach NAME}: with its listeners, sessions and connects. */
@Extension
public final class DetachCommand extends LabCommand {

  /**
   * Makes the command.
   *
   * @param attach where the bench is
   */
  @Inject
  public DetachCommand(AttachCommand attach) {
    super(attach.bench(), "lab detach", "NAME",
        "Detach an application of the bench with its listeners, sessions and connects", "client");
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    count(words, 1, 1);
    LabApplication application = bench.application(words.getFirst());
    bench.finish(application.context().detach(), "the detach of '" + application.name() + "' did not end");
    output.value("detached", application.name());
  }
}
