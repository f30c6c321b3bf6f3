package org.sluice.plugin.lab;

import jakarta.inject.Inject;
import java.util.List;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.runtime.Handle;

/** {@code lab answer HALFOPEN}: the peer of a connect over {@code hole} accepts. */
@Extension
public final class AnswerCommand extends PeerCommand {

  /**
   * Makes the command.
   *
   * @param attach where the bench is
   */
  @Inject
  public AnswerCommand(AttachCommand attach) {
    super(attach.bench(), "lab answer", "HALFOPEN", "Let a connect over hole succeed, in the place of its peer", "0:5");
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    count(words, 1, 1);
    long session = act(words.getFirst(), bench.hole()::answer);
    output.value("answered", words.getFirst());
    output.value("session", Handle.text(session));
  }
}
