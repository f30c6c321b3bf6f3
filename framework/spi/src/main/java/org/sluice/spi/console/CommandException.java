package org.sluice.spi.console;

/** A command could not do what was asked. The exit status of {@code sluice ctl} is 1, or 2 for wrong usage. */
public final class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitStatus;

  private CommandException(String message, int exitStatus) {
    super(message);
    this.exitStatus = exitStatus;
  }

  /**
   * The arguments are wrong.
   *
   * @param message what is wrong and what would be right
   * @return the exception, exit status 2
   */
  public static CommandException usage(String message) {
    return new CommandException(message, 2);
  }

  /**
   * The work failed.
   *
   * @param message cause and remedy
   * @return the exception, exit status 1
   */
  public static CommandException failure(String message) {
    return new CommandException(message, 1);
  }

  /**
   * What a script sees.
   *
   * @return 1 or 2
   */
  public int exitStatus() {
    return exitStatus;
  }
}
