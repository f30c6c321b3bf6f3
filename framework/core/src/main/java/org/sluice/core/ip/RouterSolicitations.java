package org.sluice.core.ip;

import java.util.random.RandomGenerator;

/**
 * When to ask for routers: first within a second (RFC 4861 section 6.3.7), then again and again with waits that double
 * from four seconds to an hour (RFC 7559), until there is one. One question is asked in any case, because routers tell
 * more in an answer than unasked.
 */
final class RouterSolicitations {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long FIRST_WAIT_NS = 4 * SECOND_NS;
  private static final long LONGEST_WAIT_NS = 3_600 * SECOND_NS;
  private static final double SPREAD = 0.1;

  private final RandomGenerator random;
  private long nextNs = RouterDiscovery.NEVER;
  private long waitNs;
  private boolean hasAsked;
  private boolean hasRouter;

  RouterSolicitations(RandomGenerator random) {
    this.random = random;
  }

  void start(long nowNs) {
    nextNs = nowNs + random.nextLong(SECOND_NS);
    waitNs = 0;
    hasAsked = false;
    hasRouter = false;
  }

  void stop() {
    nextNs = RouterDiscovery.NEVER;
  }

  void onRouter() {
    hasRouter = true;
    if (hasAsked) {
      nextNs = RouterDiscovery.NEVER;
    }
  }

  long nextNs() {
    return nextNs;
  }

  /** Whether to ask now; if so, sets the next time. */
  boolean isDue(long nowNs) {
    if (nextNs == RouterDiscovery.NEVER || nextNs - nowNs > 0) {
      return false;
    }
    hasAsked = true;
    // RFC 3315 section 14, which RFC 7559 refers to.
    double factor = (waitNs == 0 ? 1 : 2) + random.nextDouble(-SPREAD, SPREAD);
    waitNs = (long) ((waitNs == 0 ? FIRST_WAIT_NS : waitNs) * factor);
    if (waitNs > LONGEST_WAIT_NS) {
      waitNs = (long) (LONGEST_WAIT_NS * (1 + random.nextDouble(-SPREAD, SPREAD)));
    }
    nextNs = hasRouter ? RouterDiscovery.NEVER : nowNs + waitNs;
    return true;
  }
}
