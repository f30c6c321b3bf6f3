package org.sluice.spi.transport;

/** How much a formatter tells. */
public enum Verbosity {
  /** The id alone: {@code [0:3][T] 10.0.0.1:80->10.0.0.2:4096}. */
  ID,
  /** One line with state. */
  LINE,
  /** Everything, over several lines. */
  FULL
}
