package org.sluice.host.console;

import java.io.PrintStream;

/** Shows results on one stream and everything else on another: a console of the process itself. */
public final class StreamSink implements OutputSink {
  private final PrintStream out;
  private final PrintStream err;
  private final OnTerminal progress;

  /** Progress is shown only when a person watches a terminal. */
  public StreamSink(PrintStream out, PrintStream err, boolean terminal) {
    this.out = out;
    this.err = err;
    progress = new OnTerminal(err, terminal);
  }

  @Override
  public void text(String text) {
    progress.clear();
    out.print(text);
    out.flush();
  }

  @Override
  public void error(String message) {
    progress.clear();
    err.println(message);
  }

  @Override
  public void progress(String text) {
    progress.show(text);
  }
}
