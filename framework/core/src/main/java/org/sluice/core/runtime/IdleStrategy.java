package org.sluice.core.runtime;

/**
 * Decides what a worker does between turns that found no work. A pure function of how many such turns came in a row, so
 * one strategy serves all workers.
 */
@FunctionalInterface
public interface IdleStrategy {

  /** Idle turns in which {@link #backOff()} spins, about ten microseconds. */
  int DEFAULT_SPINS = 200;

  /** Idle turns in which {@link #backOff()} yields after that. */
  int DEFAULT_YIELDS = 20;

  /** What to do before the next turn. */
  enum Step {
    /** Turn again at once. */
    SPIN,
    /** Let other threads of this processor run first. */
    YIELD,
    /** Sleep until the next deadline or until woken. */
    PARK
  }

  /**
   * Called on the worker after each turn without work.
   *
   * @param idleTurns how many such turns came in a row, from 1
   * @return what to do next
   */
  Step after(int idleTurns);

  /**
   * Spin, then yield, then park: an idle worker costs next to nothing, and one that is busy again does not pay for a
   * wake-up. The default.
   *
   * @return the strategy
   */
  static IdleStrategy backOff() {
    return backOff(DEFAULT_SPINS, DEFAULT_YIELDS);
  }

  /**
   * The same with other lengths.
   *
   * @param spins idle turns that spin, not negative
   * @param yields idle turns after them that yield, not negative
   * @return the strategy
   */
  static IdleStrategy backOff(int spins, int yields) {
    if (spins < 0 || yields < 0) {
      throw new IllegalArgumentException("negative idle turns: spins " + spins + ", yields " + yields);
    }
    long awake = (long) spins + yields;
    return idleTurns -> idleTurns <= spins ? Step.SPIN : idleTurns <= awake ? Step.YIELD : Step.PARK;
  }

  /**
   * Never sleeps: the shortest latency, for one processor at full load per worker.
   *
   * @return the strategy
   */
  static IdleStrategy busy() {
    return idleTurns -> Step.SPIN;
  }
}
