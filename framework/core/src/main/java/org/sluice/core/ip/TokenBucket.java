package org.sluice.core.ip;

import java.util.random.RandomGenerator;

/**
 * A rate limit that lets bursts through. What one event costs is drawn between half a token and one and a half, so that
 * from outside nobody counts exactly how many others have taken (the side channel of CVE-2020-25705).
 */
final class TokenBucket {
  private static final long SECOND_NS = 1_000_000_000L;

  private final RandomGenerator random;
  private final long tokenNs;
  private final long fullNs;

  /** Tokens, as the time that they take to come. */
  private long creditNs;
  private long lastNs;
  /** Drawn before it is paid: if each try drew again, the cheap ones would get through. */
  private long nextCostNs;

  TokenBucket(int perSecond, int burst, long nowNs, RandomGenerator random) {
    if (perSecond < 1 || burst < 1) {
      throw new IllegalArgumentException("a rate limit of " + perSecond + " a second, " + burst + " at once");
    }
    this.random = random;
    tokenNs = SECOND_NS / perSecond;
    // One event has to fit whatever it costs.
    fullNs = tokenNs * burst + tokenNs / 2;
    creditNs = fullNs;
    lastNs = nowNs;
    nextCostNs = draw();
  }

  boolean take(long nowNs) {
    creditNs += Math.min(fullNs - creditNs, Math.max(0, nowNs - lastNs));
    lastNs = nowNs;
    if (creditNs < nextCostNs) {
      return false;
    }
    creditNs -= nextCostNs;
    nextCostNs = draw();
    return true;
  }

  private long draw() {
    return tokenNs / 2 + (random.nextInt() >>> 1) % (tokenNs + 1);
  }
}
