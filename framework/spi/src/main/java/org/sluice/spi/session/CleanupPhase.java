package org.sluice.spi.session;

/** Which half of a session is about to go; both are announced, in this order. */
public enum CleanupPhase {
  /** The connection is about to be freed; its statistics can still be read. */
  TRANSPORT,
  /** FIFOs and session are about to be freed; the {@link Session} reference must not be used afterwards. */
  SESSION
}
