package org.sluice.host.console;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.console.ConsoleOutput;

/** Output in one of the formats, on its way to a sink. */
abstract class RenderedOutput implements ConsoleOutput {
  private final OutputSink sink;
  private final Invocation invocation;
  private volatile boolean toldCancelled;

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
