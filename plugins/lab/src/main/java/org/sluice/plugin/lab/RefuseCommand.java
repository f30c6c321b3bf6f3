package org.sluice.plugin.lab;

import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.error.SessionError;

/** {@code lab refuse HALFOPEN [ERROR]}: a connect over {@code hole} fails, with the error that is wanted. */
@Extension
public final class RefuseCommand extends PeerCommand {

  /**
   * Makes the command.
   *
   * @param attach where the bench is
   */
  @Inject
  public RefuseCommand(AttachCommand attach) {
    super(attach.bench(), "lab refuse", "HALFOPEN [ERROR]",
        "Let a connect over hole fail, in the place of its peer, with REFUSED or another error", "0:5 TIMEDOUT");
  }

  @Override
  public List<String> complete(List<String> words) {
    return words.size() == 2
        ? begunBy(words.getLast().toUpperCase(Locale.ROOT), errors())
        : super.complete(words);
  }

  private static Stream<String> errors() {
    return Arrays.stream(SessionError.values()).filter(error -> error != SessionError.NONE).map(SessionError::name);
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    count(words, 1, 2);
    SessionError error = words.size() == 1 ? SessionError.REFUSED : error(words.getLast());
    long _ = act(words.getFirst(), halfOpen -> bench.hole().refuse(halfOpen, error));
    output.value("refused", words.getFirst());
    output.value("error", error.name());
  }

  private SessionError error(String word) throws CommandException {
    for (SessionError error : SessionError.values()) {
      if (error != SessionError.NONE && error.name().equals(word.toUpperCase(Locale.ROOT))) {
        return error;
      }
    }
    throw usage("'" + word + "' is no error; errors are: " + String.join(", ", errors().toList()));
  }
}
