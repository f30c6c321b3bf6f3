package org.sluice.spi.application;

import org.sluice.spi.error.SessionError;

/** A control-plane call (attach, listen, unlisten) failed: what its stage completes with. */
public final class SessionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final SessionError error;

  /**
   * Makes the exception.
   *
   * @param error the code
   * @param what what was tried and with what values, in words
   */
  public SessionException(SessionError error, String what) {
    super(what + ": " + error.text() + " (" + error + ")");
    this.error = error;
  }

  private SessionException(String message, SessionError error) {
    super(message);
    this.error = error;
  }

  /**
   * An exception whose message ends with a cause that says more than the code does.
   *
   * @param error the code
   * @param what what was tried and with what values, in words
   * @param cause why that failed, and what mends it, in words
   * @return the exception
   */
  public static SessionException because(SessionError error, String what, String cause) {
    return new SessionException(what + ", because " + cause, error);
  }

  /**
   * Why it failed.
   *
   * @return the code
   */
  public SessionError error() {
    return error;
  }
}
