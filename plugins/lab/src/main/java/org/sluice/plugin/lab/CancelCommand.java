package org.sluice.plugin.lab;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.pf4j.Extension;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.PendingConnect;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;

/** {@code lab cancel NAME HALFOPEN|all}: takes connects back that are not answered. */
@Extension
public final class CancelCommand extends LabCommand {
  private static final String ALL = "all";
  private static final String SLOW = "the cancellation did not end";

  /**
   * Makes the command.
   *
   * @param attach where the bench is
   */
  @Inject
  public CancelCommand(AttachCommand attach) {
    super(attach.bench(), "lab cancel", "NAME HALFOPEN|all", "Cancel connects of an application that are not answered",
        "client 0:5");
  }

  @Override
  public List<String> complete(List<String> words) {
    return words.size() == 2 ? begunBy(words.getLast(), List.of(ALL).stream()) : super.complete(words);
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    count(words, 2, 2);
    LabApplication application = bench.application(words.getFirst());
    String wanted = words.getLast();
    List<PendingConnect> pending =
        bench.await(application.context().pendingConnects(), "the list did not come");
    List<PendingConnect> chosen = wanted.equals(ALL)
        ? pending
        : pending.stream().filter(one -> Handle.text(one.halfOpen()).equals(wanted)).toList();
    int cancelled = cancel(application, chosen);
    if (cancelled == 0 && !wanted.equals(ALL)) {
      throw CommandException.failure("no connect " + wanted + " of '" + application.name() + "' waits; 'lab pending "
          + application.name() + "' lists those that do");
    }
    output.value("cancelled", cancelled);
  }

  /** One by one, since what was answered meanwhile has another outcome. */
  private int cancel(LabApplication application, List<PendingConnect> chosen)
      throws CommandException, InterruptedException {
    ApplicationContext context = application.context();
    List<CompletableFuture<SessionError>> asked = new ArrayList<>();
    for (PendingConnect one : chosen) {
      asked.add(context.cancelConnect(one.halfOpen()));
    }
    int cancelled = 0;
    for (int i = 0; i < asked.size(); i++) {
      if (bench.await(asked.get(i), SLOW) == SessionError.NONE) {
        application.connects().settle(chosen.get(i).opaque(), Outcome.failed(SessionError.CANCELLED));
        cancelled++;
      }
    }
    return cancelled;
  }
}
