package org.sluice.spi.session;

/** What ended a session: whatever came first. */
public enum EndReason {
  /** The transport let go of the connection without a word before. */
  UNKNOWN("unknown"),
  /** Its application closed. */
  APPLICATION_CLOSED("application closed"),
  /** Its application aborted, or threw an exception in a callback. */
  APPLICATION_RESET("application reset"),
  /** Its application refused it. */
  REFUSED("refused"),
  /** Its application left. */
  DETACHED("application detached"),
  /** The peer closed. */
  PEER_CLOSED("peer closed"),
  /** The peer aborted, or the transport gave up on it. */
  PEER_RESET("peer reset"),
  /** The transport was done with the connection, though neither side had closed. */
  TRANSPORT_CLOSED("transport closed"),
  /** It was taken from its transport, which failed or was removed, or by the operator. */
  EVICTED("evicted");

  private final String label;

  EndReason(String label) {
    this.label = label;
  }

  /**
   * The words shown to people.
   *
   * @return lower-case text
   */
  public String label() {
    return label;
  }
}
