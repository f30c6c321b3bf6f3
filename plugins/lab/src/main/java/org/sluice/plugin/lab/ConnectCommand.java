package org.sluice.plugin.lab;

import jakarta.inject.Inject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pf4j.Extension;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.PendingConnect;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;

/** {@code lab connect NAME URI [OPAQUE]}: tells the outcome, or that there is none yet. */
@Extension
public final class ConnectCommand extends LabCommand {

  /**
   * Makes the command.
   *
   * @param attach where the bench is
   */
  @Inject
  public ConnectCommand(AttachCommand attach) {
    super(attach.bench(), "lab connect", "NAME URI [OPAQUE]",
        "Have an application of the bench connect, and tell the outcome, or that it is pending",
        "client hole://10.0.0.9:80");
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    count(words, 2, 3);
    LabApplication application = bench.application(words.getFirst());
    ConnectOptions options = options(words.get(1));
    LabConnect connect =
        application.connects().begin(words.size() == 3 ? opaque(words.get(2)) : null, words.get(1));
    output.value("opaque", connect.opaque());
    long halfOpen = bench.ask(0, () -> begin(application, options, connect.opaque()));
    Outcome outcome =
        isInHole(halfOpen) || !bench.isSettled(connect) ? null : connect.outcome();
    print(application, connect, halfOpen, outcome, output);
  }

  /** Whether nobody but the operator will answer it, so that there is nothing to wait for. */
  private boolean isInHole(long halfOpen) throws CommandException, InterruptedException {
    return halfOpen >= 0 && bench.ask(0, () -> bench.hole().holds(halfOpen));
  }

  /** On worker 0, where the connect is begun at once; returns the half-open that waits for an answer, or INVALID. */
  private static long begin(LabApplication application, ConnectOptions options, long opaque) {
    SessionError refused = application.context().connect(options, opaque);
    if (refused != SessionError.NONE) {
      application.connects().settle(opaque, Outcome.failed(refused));
      return Handle.INVALID;
    }
    for (PendingConnect waiting : application.context().pendingConnects().getNow(List.of())) {
      if (waiting.opaque() == opaque) {
        return waiting.halfOpen();
      }
    }
    return Handle.INVALID;
  }

  private static void print(LabApplication application, LabConnect connect, long halfOpen, @Nullable Outcome outcome,
      ConsoleOutput output) throws CommandException {
    output.value("outcome", outcome == null ? LabConnect.PENDING : outcome.text());
    if (outcome == null) {
      if (halfOpen >= 0) {
        output.value("half_open", Handle.text(halfOpen));
      }
    } else if (outcome.isConnected()) {
      output.value("session", Handle.text(outcome.session()));
    } else {
      Bench.require(outcome.error(), "connect of '" + application.name() + "' to " + connect.uri());
    }
  }

  private ConnectOptions options(String uri) throws CommandException {
    try {
      return ConnectOptions.of(uri);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private long opaque(String word) throws CommandException {
    try {
      return Long.parseLong(word);
    } catch (NumberFormatException e) {
      throw usage("'" + word + "' is not a number");
    }
  }
}
