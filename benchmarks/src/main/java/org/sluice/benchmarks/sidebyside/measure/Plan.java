package org.sluice.benchmarks.sidebyside.measure;

/**
 * How long and how often.
 *
 * @param quick whether this is a trial whose figures are not valid
 * @param warmUps repetitions of each contender that are not counted, so that all code is compiled
 * @param pairs repetitions of each contender that are counted
 * @param repetitionNs the length of a repetition, at most {@link #MOST_REPETITION_NS}
 * @param idleNs how long something that should do nothing is watched
 */
public record Plan(boolean quick, int warmUps, int pairs, long repetitionNs, long idleNs) {
  /** Longer repetitions would see the machine change in between. */
  public static final long MOST_REPETITION_NS = 150_000_000;

  /** The fewest pairs whose median counts. */
  public static final int FEWEST_PAIRS = 40;

  /** What figures need to be valid. */
  public static final Plan FULL = new Plan(false, 20, 50, 100_000_000, 5_000_000_000L);

  /** Enough to see that everything runs. */
  public static final Plan QUICK = new Plan(true, 8, 6, 50_000_000, 1_000_000_000);

  /** Checks what makes figures valid. */
  public Plan {
    if (repetitionNs > MOST_REPETITION_NS || (!quick && pairs < FEWEST_PAIRS)) {
      throw new IllegalArgumentException("not valid: " + pairs + " pairs of repetitions of " + repetitionNs + " ns");
    }
  }
}
