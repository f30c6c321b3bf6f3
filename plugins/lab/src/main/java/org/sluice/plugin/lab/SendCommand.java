package org.sluice.plugin.lab;

import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;

/** {@code lab send NAME SESSION TEXT}: writes as much of a text as the session takes now. */
@Extension
public final class SendCommand extends SessionCommand {

  /**
   * Makes the command.
   *
   * @param attach where the bench is
   */
  @Inject
  public SendCommand(AttachCommand attach) {
    super(attach.bench(), "lab send", "NAME SESSION TEXT...", "Write a text into a session of an application",
        "client 0:3 hello");
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    count(words, 3, Integer.MAX_VALUE);
    LabApplication application = bench.application(words.getFirst());
    LabSession target = bench.session(application, words.get(1));
    byte[] text = String.join(" ", words.subList(2, words.size())).getBytes(StandardCharsets.UTF_8);
    int sent = bench.ask(Handle.worker(target.handle), () -> write(application, target.handle, text));
    Bench.require(SessionError.of(sent), "session " + target.id() + " of '" + application.name() + "'");
    output.value("sent_bytes", sent);
    if (sent < text.length) {
      output.line("the other " + (text.length - sent) + " bytes did not fit: the peer does not read");
    }
  }

  private static int write(LabApplication application, long handle, byte[] text) {
    Session session = application.context().session(handle);
    return session == null ? SessionError.NOSESSION.code() : session.write(text, 0, text.length);
  }
}
