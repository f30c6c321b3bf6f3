package org.sluice.benchmarks.sidebyside.measure;

import java.util.Arrays;

/**
 * The middle of a sample and where its middle half lies.
 *
 * @param q1 a quarter of the sample is not above it
 * @param median half of the sample is not above it
 * @param q3 three quarters of the sample are not above it
 * @param count the size of the sample
 */
public record Quartiles(double q1, double median, double q3, int count) {

  /**
   * Of a sample. Between two values it interpolates, like the default of R and NumPy.
   *
   * @param sample at least one value, in any order; not changed
   * @return the quartiles
   * @throws IllegalArgumentException for an empty sample or one with a value that is not a number
   */
  public static Quartiles of(double... sample) {
    if (sample.length == 0) {
      throw new IllegalArgumentException("no quartiles of nothing");
    }
    double[] sorted = sample.clone();
    Arrays.sort(sorted);
    if (Double.isNaN(sorted[sorted.length - 1])) {
      throw new IllegalArgumentException("a value is not a number: " + Arrays.toString(sample));
    }
    return new Quartiles(at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75), sorted.length);
  }

  private static double at(double[] sorted, double share) {
    double rank = share * (sorted.length - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
  }
}
