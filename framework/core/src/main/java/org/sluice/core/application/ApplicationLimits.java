package org.sluice.core.application;

/**
 * The bounds of the application layer.
 *
 * @param maxApplications applications attached at a time
 * @param maxListeners listeners of the stack
 * @param maxWorkersPerApplication application workers of one application
 * @param maxUnansweredConnects connects of one application worker that are not answered, whatever its application asked
 *     for
 * @param maxNamespaces namespaces at a time, the default one included
 * @param segmentLingerNs how long an empty segment is kept for the next session
 */
public record ApplicationLimits(
    int maxApplications,
    int maxListeners,
    int maxWorkersPerApplication,
    int maxUnansweredConnects,
    int maxNamespaces,
    long segmentLingerNs) {
  /** What a stack uses unless told otherwise. */
  public static final ApplicationLimits DEFAULT =
      new ApplicationLimits(1 << 10, 1 << 16, 64, 1 << 16, 1 << 10, 1_000_000_000L);
}
