package org.sluice.spi.nic;

/** Whether a card can move packets. */
public enum LinkState {
  /** The card is there but not connected or administratively down. */
  DOWN,
  /** Packets flow. */
  UP,
  /** The card was removed from the host; it does not come back. */
  GONE
}
