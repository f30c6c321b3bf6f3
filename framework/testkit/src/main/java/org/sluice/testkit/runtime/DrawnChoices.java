package org.sluice.testkit.runtime;

import java.util.SplittableRandom;

/** Drawn by a seed, which also decides how often the baton is offered. */
final class DrawnChoices implements Choices {

  private static final int[] STEPS_PER_SWITCH = {1, 2, 4, 16, 64};

  private final SplittableRandom random;
  private final int stepsPerSwitch;

  DrawnChoices(long seed) {
    random = new SplittableRandom(seed);
    stepsPerSwitch = STEPS_PER_SWITCH[random.nextInt(STEPS_PER_SWITCH.length)];
  }

  @Override
  public boolean switches(boolean othersWait) {
    return stepsPerSwitch == 1 || random.nextInt(stepsPerSwitch) == 0;
  }

  @Override
  public boolean mayStay() {
    return true;
  }

  @Override
  public int pick(int count) {
    return random.nextInt(count);
  }
}
