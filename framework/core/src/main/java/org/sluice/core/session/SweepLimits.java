package org.sluice.core.session;

/**
 * When idle FIFOs give their buffer memory back.
 *
 * @param idleNs how long nothing is written to a FIFO, all of it read, before it is swept: at least so long, at most
 *     twice; 0 for never
 * @param sessionsPerRun the most sessions that one run of the sweeper looks at; the rest is looked at a moment later
 */
public record SweepLimits(long idleNs, int sessionsPerRun) {
  /** What a stack uses unless told otherwise. */
  public static final SweepLimits DEFAULT = new SweepLimits(10_000_000_000L, 256);

  /** Checks the bounds. */
  public SweepLimits {
    if (idleNs < 0 || sessionsPerRun < 1) {
      throw new IllegalArgumentException("sweep limits: idleNs " + idleNs + " must be at least 0, sessionsPerRun "
          + sessionsPerRun + " at least 1");
    }
  }
}
