package org.sluice.core.policy;

/**
 * The bounds of rules and deny lists.
 *
 * @param maxRules rules of all tables and namespaces together
 * @param maxDenied entries of all deny lists together
 */
public record PolicyLimits(int maxRules, int maxDenied) {
  /** What a stack uses unless told otherwise. */
  public static final PolicyLimits DEFAULT = new PolicyLimits(1 << 18, 1 << 20);
}
