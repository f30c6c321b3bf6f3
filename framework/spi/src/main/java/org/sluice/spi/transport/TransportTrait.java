package org.sluice.spi.transport;

/** What the session layer must know about a transport beside its service type and tx mode. */
public enum TransportTrait {
  /**
   * Serves connects to listeners of this host, whatever protocol was asked for; at most one such transport at a time.
   */
  LOCAL,
  /** Its connections are not entered into the lookup tables. */
  NO_LOOKUP
}
