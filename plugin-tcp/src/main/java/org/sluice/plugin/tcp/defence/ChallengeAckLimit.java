package org.sluice.plugin.tcp.defence;

import java.util.random.RandomGenerator;

/**
 * How many challenge acknowledgements are sent (RFC 5961 section 7): a budget per second for all connections of a
 * worker. It is drawn anew each second, because one that is the same is a counter that a stranger can read by spending
 * from it himself.
 */
public final class ChallengeAckLimit {
  private static final long SECOND_US = 1_000_000;

  private final RandomGenerator random;
  private final int perSecond;
  private long second = Long.MIN_VALUE;
  private int left;

  /**
   * With a full budget.
   *
   * @param perSecond the mean; each second has half of it to one and a half
   * @param random draws the budgets
   */
  public ChallengeAckLimit(int perSecond, RandomGenerator random) {
    assert perSecond > 0 : perSecond;
    this.perSecond = perSecond;
    this.random = random;
  }

  /**
   * Asks for one.
   *
   * @param nowUs the turn's time
   * @return whether it may be sent
   */
  public boolean tryTake(long nowUs) {
    long present = Math.floorDiv(nowUs, SECOND_US);
    if (present != second) {
      second = present;
      left = (perSecond + 1) / 2 + random.nextInt(perSecond + 1);
    }
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }
}
