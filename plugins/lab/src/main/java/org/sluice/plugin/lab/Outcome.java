package org.sluice.plugin.lab;

import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;

/**
 * What became of a connect.
 *
 * @param error NONE for a session
 * @param session its handle, INVALID with an error
 */
record Outcome(SessionError error, long session) {

  static Outcome connected(long session) {
    return new Outcome(SessionError.NONE, session);
  }

  static Outcome failed(SessionError error) {
    return new Outcome(error, Handle.INVALID);
  }

  boolean isConnected() {
    return error == SessionError.NONE;
  }

  /** The word for it: {@code connected}, or the error's name. */
  String text() {
    return isConnected() ? "connected" : error.name();
  }
}
