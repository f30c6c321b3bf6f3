package org.sluice.benchmarks.sidebyside.measure;

/**
 * What a figure should be. Compared with the median, unrounded.
 *
 * @param relation on which side of the bound it should be
 * @param bound the bound, itself good
 */
public record Goal(Relation relation, double bound) {

  /** The good side of a bound. */
  public enum Relation {
    /** Not below it. */
    AT_LEAST(">="),
    /** Not above it. */
    AT_MOST("<=");

    private final String symbol;

    Relation(String symbol) {
      this.symbol = symbol;
    }

    /**
     * How it is written.
     *
     * @return the symbol
     */
    public String symbol() {
      return symbol;
    }
  }

  /**
   * A goal for what should be much.
   *
   * @param bound the least that is good
   * @return the goal
   */
  public static Goal atLeast(double bound) {
    return new Goal(Relation.AT_LEAST, bound);
  }

  /**
   * A goal for what should be little.
   *
   * @param bound the most that is good
   * @return the goal
   */
  public static Goal atMost(double bound) {
    return new Goal(Relation.AT_MOST, bound);
  }

  /**
   * Whether a value reaches it.
   *
   * @param value the value; what is not a number reaches nothing
   * @return true when it does
   */
  public boolean isMet(double value) {
    return relation == Relation.AT_LEAST ? value >= bound : value <= bound;
  }
}
