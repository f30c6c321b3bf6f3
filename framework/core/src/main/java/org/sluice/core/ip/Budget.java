package org.sluice.core.ip;

/**
 * So many of something in a second, all of them at once if they come so: a bucket of tokens that a second fills. For
 * what nobody outside can count, and so without the drawn costs of {@link TokenBucket}.
 */
final class Budget {
  private static final long SECOND_NS = 1_000_000_000;

  private final long tokenNs;
  private long fullAtNs;

  Budget(int perSecond, long nowNs) {
    tokenNs = SECOND_NS / perSecond;
    fullAtNs = nowNs;
  }

  /** Whether there is one left; it is taken. */
  boolean take(long nowNs) {
    long next = Math.max(fullAtNs - nowNs, 0) + tokenNs;
    if (next > SECOND_NS) {
      return false;
    }
    fullAtNs = nowNs + next;
    return true;
  }
}
