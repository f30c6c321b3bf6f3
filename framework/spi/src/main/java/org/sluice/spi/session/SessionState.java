package org.sluice.spi.session;

/** The states of a session, in order: code may compare them by {@link #compareTo}. */
public enum SessionState {
  /** Made for a passive open whose handshake goes on, or for an active open before it is announced. */
  CREATED("created"),
  /** Listens. */
  LISTENING("listening"),
  /** An active open that is not answered; with the half-open flag, the half-open session itself. */
  CONNECTING("connecting"),
  /** Announced to the application, which has not accepted yet. */
  ACCEPTING("accepting"),
  /** Established. */
  READY("ready"),
  /** Connectionless and usable. */
  OPENED("opened"),
  /** The transport began to close: the peer closed or reset. */
  TRANSPORT_CLOSING("tclosing"),
  /** The application closed; the transport is not told yet. */
  CLOSING("closing"),
  /** The application closed and the transport was told. */
  APP_CLOSED("app-closed"),
  /** The transport is closed; the application has not closed yet. */
  TRANSPORT_CLOSED("tclosed"),
  /** Both closed; the transport still holds the connection. */
  CLOSED("closed"),
  /** The transport let go of the connection. */
  TRANSPORT_DELETED("tdeleted");

  private final String label;

  SessionState(String label) {
    this.label = label;
  }

  /**
   * The word shown on the console.
   *
   * @return at most 15 characters
   */
  public String label() {
    return label;
  }
}
