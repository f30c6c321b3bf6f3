package org.sluice.spi.transport;

/** Wishes of a listen or connect. */
public enum EndpointFlag {
  /** Connectionless: each peer becomes a session of its own; without it a listener has one per worker for all peers. */
  CONNECTED,
  /** Data flows in one direction only. */
  UNIDIRECTIONAL,
  /**
   * Of a listener on port 0: it takes every port that no other listener of its addresses takes. With another port, and
   * for a connect, it is not supported (NOSUPPORT).
   */
  PROXY,
  /** The application asked for the protected form of the protocol (URI scheme with a trailing s). */
  SECURE
}
