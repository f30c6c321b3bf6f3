package org.sluice.spi.nic;

/** A card could not be opened or failed: an operator error, so the message says what to do about it. */
public final class NicException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the error.
   *
   * @param message cause, place and remedy in full sentences
   */
  public NicException(String message) {
    super(message);
  }

  /**
   * Makes the error.
   *
   * @param message cause, place and remedy in full sentences
   * @param cause what was caught
   */
  public NicException(String message, Throwable cause) {
    super(message, cause);
  }
}
