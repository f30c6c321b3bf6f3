package org.sluice.core.ip;

/**
 * The bounds of ICMP errors. Each has a counter that tells how often it was hit.
 *
 * @param errorsPerSecond errors that a worker sends in a second, over longer times
 * @param errorBurst errors that it sends at once
 * @param pathMtus path MTUs that are remembered at a time, of all workers
 */
public record IcmpLimits(int errorsPerSecond, int errorBurst, int pathMtus) {
  /** What a stack uses unless told otherwise. */
  public static final IcmpLimits DEFAULT = new IcmpLimits(1000, 50, 1 << 14);
}
