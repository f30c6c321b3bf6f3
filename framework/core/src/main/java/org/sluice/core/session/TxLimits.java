package org.sluice.core.session;

/**
 * The bounds of one turn of the tx scheduler.
 *
 * @param packetsPerTurn packets of new flows before the old ones get their turn
 * @param burstPackets packets of one session at a time
 */
public record TxLimits(int packetsPerTurn, int burstPackets) {
  /** What a stack uses unless told otherwise. */
  public static final TxLimits DEFAULT = new TxLimits(128, 43);
}
