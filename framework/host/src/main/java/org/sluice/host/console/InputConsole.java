package org.sluice.host.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The console on standard input that is no terminal: a command per line, no prompt, no editing. */
public final class InputConsole {
  private final Console console;
  private final BufferedReader input;
  private final OutputSink sink;
  private final BooleanSupplier stopped;

  /**
   * A console.
   *
   * @param stopped true when the host stops, so that no further line is read
   */
  public InputConsole(Console console, BufferedReader input, OutputSink sink, BooleanSupplier stopped) {
    this.console = console;
    this.input = input;
    this.sink = sink;
    this.stopped = stopped;
  }

  /**
   * Runs lines until the input ends or the host stops.
   *
   * @return false when the input was empty from the start, as it is for a service: nobody asked for an end
   */
  public boolean run() {
    boolean read = false;
    try {
      while (!stopped.getAsBoolean()) {
        @Nullable String line = input.readLine();
        if (line == null) {
          return read;
        }
        read = true;
        var _ = console.run(line, sink, new Invocation());
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
