package org.sluice.host.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.console.ConsoleOutput;

/** Output in one of the formats, on its way to a sink. */
abstract class RenderedOutput implements ConsoleOutput {
  private final OutputSink sink;
  private final Invocation invocation;
  private volatile boolean toldCancelled;
  private boolean handedOver;
  private boolean cancelShown;

  RenderedOutput(OutputSink sink, Invocation invocation) {
    this.sink = sink;
    this.invocation = invocation;
  }

  /**
   * Ends the result; nothing may follow.
   *
   * @param error why the command failed, null when it did not
   */
  abstract void finish(@Nullable String error);

  /** Sends what is held back for the sake of format. */
  abstract void flush();

  /** Whether this is for scripts. */
  abstract boolean isJson();

  /** Runs a command for the same reader; from then on this output has no result of its own. */
  final void round(Console console, String title, List<String> words) throws InterruptedException {
    List<String> all = new ArrayList<>(words);
    if (isJson()) {
      all.add(Console.JSON);
    } else {
      sink.newPage();
      sink.text(title + "\n");
    }
    handedOver = true;
    if (console.run(all, sink, invocation) == Console.CANCELLED) {
      cancelShown = true;
      throw new InterruptedException("given up, or nobody reads any more");
    }
  }

  /** Waits until a time has passed or the user gives up. */
  final void pause(Duration time) throws InterruptedException {
    invocation.pause(time);
  }

  /** Whether a command that was run here has told the user already that it was cancelled. */
  final boolean isCancelShown() {
    return cancelShown;
  }

  /** Whether other commands wrote the result. */
  final boolean isHandedOver() {
    return handedOver;
  }

  final void send(StringBuilder text) {
    if (!text.isEmpty()) {
      sink.text(text.toString());
      text.setLength(0);
    }
  }

  @Override
  public final void progress(String text) {
    flush();
    sink.progress(text);
  }

  @Override
  public final boolean isCancelled() {
    if (invocation.isCancelled()) {
      toldCancelled = true;
    }
    return toldCancelled;
  }

  /** Whether the command has learned that it was cancelled; one that never asked has done all its work. */
  final boolean wasToldCancelled() {
    return toldCancelled;
  }

  static void check(Column[] columns, Object[] cells) {
    if (cells.length != columns.length) {
      throw new IllegalStateException("a row of " + cells.length + " cells in a table of " + columns.length
          + " columns; call table() first");
    }
  }
}
