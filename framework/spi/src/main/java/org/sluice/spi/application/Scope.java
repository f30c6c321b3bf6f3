package org.sluice.spi.application;

/** Where an application's listeners can be reached and its connects may go. */
public enum Scope {
  /** The local table of its namespace: other applications of this host. */
  LOCAL,
  /** The tables shared with network transports. */
  GLOBAL
}
