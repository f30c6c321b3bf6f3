package org.sluice.host.console;

/**
 * Where the console of one user shows things. Used by one command at a time; blocks while the reader is slow.
 * Methods throw {@link Gone} when nobody reads any more, which ends the command.
 */
public interface OutputSink {

  /** Shows a part of the result, complete lines. */
  void text(String text);

  /** Shows a message that is not part of the result; without line break. */
  void error(String message);

  /** Shows how far long work is, over what was shown before. */
  void progress(String text);

  /** What follows replaces what was shown before, where that can be done. */
  default void newPage() {}

  /** Nobody reads any more. */
  final class Gone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Gone(Throwable cause) {
      super(cause);
    }
  }
}
