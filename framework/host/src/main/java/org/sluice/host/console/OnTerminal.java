package org.sluice.host.console;

import java.io.PrintStream;

/** Progress in place: one line that the next one overwrites. Shows nothing where nobody watches. */
final class OnTerminal {
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream stream;
  private final boolean terminal;
  private boolean shown;

  OnTerminal(PrintStream stream, boolean terminal) {
    this.stream = stream;
    this.terminal = terminal;
  }

  void show(String text) {
    if (terminal) {
      stream.print(CLEAR_LINE + text);
      stream.flush();
      shown = true;
    }
  }

  void clear() {
    if (shown) {
      stream.print(CLEAR_LINE);
      stream.flush();
      shown = false;
    }
  }
}
