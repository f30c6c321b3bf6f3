package org.sluice.host.console;

import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * The console on a terminal: editing, history, completion. Control-C gives up the command that runs, or the line that
 * is being typed; on an empty line it ends the console, as control-D does.
 */
public final class TerminalConsole {
  private static final String PROMPT = "sluice> ";

  private final Console console;
  private final BooleanSupplier stopped;

  /**
   * A console.
   *
   * @param stopped true when the host stops, so that no further line is read
   */
  public TerminalConsole(Console console, BooleanSupplier stopped) {
    this.console = console;
    this.stopped = stopped;
  }

  /** Runs lines from the terminal of the process until the user ends it or the host stops. */
  public void run() throws IOException {
    try (Terminal terminal = TerminalBuilder.builder().name("sluice").system(true).build()) {
      run(terminal);
    }
  }

  /** Runs lines from a terminal until the user ends it or the host stops. */
  void run(Terminal terminal) {
    LineReader reader = LineReaderBuilder.builder().terminal(terminal).appName("sluice")
        .completer((lineReader, line, candidates) -> complete(line, candidates)).build();
    while (!stopped.getAsBoolean()) {
      try {
        run(reader.readLine(PROMPT), terminal);
      } catch (UserInterruptException e) {
        if (e.getPartialLine().isBlank()) {
          return;
        }
      } catch (EndOfFileException e) {
        return;
      }
    }
  }

  private void run(String line, Terminal terminal) {
    Invocation invocation = new Invocation();
    Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> invocation.cancel());
    try {
      var _ = console.run(line, new TerminalSink(terminal), invocation);
    } finally {
      terminal.handle(Terminal.Signal.INT, before);
    }
  }

  private void complete(ParsedLine line, List<Candidate> candidates) {
    List<String> typed = line.words().subList(0, line.wordIndex() + 1);
    console.registry().complete(typed).forEach(word -> candidates.add(new Candidate(word)));
  }

  private record TerminalSink(Terminal terminal) implements OutputSink {
    private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";
    private static final String CLEAR_LINE = "\r\u001b[K";

    @Override
    public void text(String text) {
      print(CLEAR_LINE + text);
    }

    @Override
    public void error(String message) {
      print(CLEAR_LINE + message + System.lineSeparator());
    }

    @Override
    public void progress(String text) {
      print(CLEAR_LINE + text);
    }

    @Override
    public void newPage() {
      print(CLEAR_SCREEN);
    }

    private void print(String text) {
      terminal.writer().print(text);
      terminal.writer().flush();
    }
  }
}
