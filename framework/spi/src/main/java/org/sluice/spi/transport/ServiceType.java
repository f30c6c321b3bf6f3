package org.sluice.spi.transport;

/**
 * What kind of service a transport offers. Open for more kinds: code that switches over it must treat an unknown one as
 * not supported.
 */
public enum ServiceType {
  /** A half-open session stands for the connect until the peer answered. */
  VIRTUAL_CIRCUIT,
  /** A session is usable (OPENED) as soon as it is made. */
  CONNECTIONLESS
}
