package org.sluice.spi.application;

/** What an application says to an incoming session. */
public enum AcceptDecision {
  /** Take it: it becomes READY. */
  ACCEPT,
  /** Refuse it: the peer is told, the session ends without further callbacks. */
  REJECT
}
