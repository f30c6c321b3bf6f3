package org.sluice.plugin.tcp;

/** The states of a connection that has a session (RFC 9293 section 3.3.2), and the half-open one. */
enum TcpState {
  /** A SYN was sent. */
  SYN_SENT,
  /** Data flows both ways. */
  ESTABLISHED,
  /** The own FIN was sent. */
  FIN_WAIT_1,
  /** The own FIN was acknowledged. */
  FIN_WAIT_2,
  /** The peer's FIN was received. */
  CLOSE_WAIT,
  /** Both FINs are out, the own one is not acknowledged. */
  CLOSING,
  /** The peer's FIN came first, the own one is not acknowledged. */
  LAST_ACK,
  /** Over: the connection waits to be freed, or is free. */
  CLOSED;

  /** Whether the peer may still send data. */
  boolean receives() {
    return this == ESTABLISHED || this == FIN_WAIT_1 || this == FIN_WAIT_2;
  }

  /** Whether data may still be sent: the own FIN is not out. */
  boolean sends() {
    return this == ESTABLISHED || this == CLOSE_WAIT;
  }
}
