package org.sluice.host.demo;

import java.io.PrintStream;
import org.sluice.host.console.OutputSink;
import org.sluice.host.console.StreamSink;

/** Everything on one stream in the order it comes; progress in place on a terminal, else a line each. */
final class DemoSink implements OutputSink {
  private final PrintStream out;
  private final StreamSink terminal;
  private final boolean inPlace;

  DemoSink(PrintStream out, boolean inPlace) {
    this.out = out;
    this.inPlace = inPlace;
    terminal = new StreamSink(out, out, inPlace);
  }

  @Override
  public void text(String text) {
    terminal.text(text);
  }

  @Override
  public void error(String message) {
    terminal.error(message);
  }

  @Override
  public void progress(String text) {
    if (inPlace) {
      terminal.progress(text);
    } else {
      out.println(text);
    }
  }
}
