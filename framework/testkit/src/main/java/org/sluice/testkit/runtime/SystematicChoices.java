package org.sluice.testkit.runtime;

import java.util.Arrays;

/** One order after the other, depth first, until there is no other with so few preemptions. */
final class SystematicChoices implements Choices {

  /** An actor that takes so many steps in a row waits for another by looking again and again, and gives way. */
  private static final int MOST_STEPS_IN_A_ROW = 500;

  private final int mostPreemptions;
  /** What was chosen in this run, and of how many. */
  private int[] chosen = new int[64];
  private int[] options = new int[64];
  private int depth;
  private int known;
  private int preemptions;
  private int stepsInARow;

  SystematicChoices(int mostPreemptions) {
    this.mostPreemptions = mostPreemptions;
  }

  /** Turns to the next order; false when there is none. */
  boolean next() {
    known = depth;
    while (known > 0 && chosen[known - 1] == options[known - 1] - 1) {
      known--;
    }
    if (known == 0) {
      return false;
    }
    chosen[known - 1]++;
    depth = 0;
    preemptions = 0;
    stepsInARow = 0;
    return true;
  }

  @Override
  public boolean switches(boolean othersWait) {
    if (!othersWait) {
      return false;
    }
    if (++stepsInARow > MOST_STEPS_IN_A_ROW) {
      stepsInARow = 0;
      return true;
    }
    if (preemptions == mostPreemptions || pick(2) == 0) {
      return false;
    }
    preemptions++;
    stepsInARow = 0;
    return true;
  }

  @Override
  public boolean mayStay() {
    return false;
  }

  @Override
  public int pick(int count) {
    if (count == 1) {
      return 0;
    }
    if (depth == chosen.length) {
      chosen = Arrays.copyOf(chosen, 2 * depth);
      options = Arrays.copyOf(options, 2 * depth);
    }
    if (depth >= known) {
      chosen[depth] = 0;
    }
    options[depth] = count;
    return chosen[depth++];
  }

  @Override
  public String toString() {
    return "choices " + Arrays.toString(Arrays.copyOf(chosen, depth));
  }
}
