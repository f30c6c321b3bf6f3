package org.sluice.core.session;

/**
 * The bounds of one turn of the tx scheduler.
 *
 * @param packetsPerTurn packets of new flows before the old ones get their turn, and packets of old flows
 * @param burstPackets packets of one session at a time
 * @param burstBytes payload after which a session's burst ends, the packet that reaches it being the last: so much
 *     stays within the caches of a processor on its way
 * @param retryNs how long a worker without other work waits before it asks again a session that could not send
 * @param postponeNs the same for a session whose transport wants to be asked later
 */
public record TxLimits(int packetsPerTurn, int burstPackets, int burstBytes, long retryNs, long postponeNs) {
  /** What a stack uses unless told otherwise. */
  public static final TxLimits DEFAULT = new TxLimits(128, 64, 64 << 10, 50_000, 1_000_000);

  /** Checks the bounds. */
  public TxLimits {
    if (packetsPerTurn < 1 || burstPackets < 1 || burstBytes < 1 || retryNs < 1 || postponeNs < 1) {
      throw new IllegalArgumentException("tx limits must be at least 1: packetsPerTurn " + packetsPerTurn
          + ", burstPackets " + burstPackets + ", burstBytes " + burstBytes + ", retryNs " + retryNs
          + ", postponeNs " + postponeNs);
    }
  }
}
