package org.sluice.plugin.perf;

import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/** A histogram of round trips up to an hour, in nanoseconds with three decimal digits. Recording allocates nothing. */
final class RoundTrips {
  private static final long LONGEST_NS = 3_600_000_000_000L;
  private static final int DIGITS = 3;
  private static final double NS_PER_US = 1e3;

  private final AbstractHistogram histogram;

  private RoundTrips(AbstractHistogram histogram) {
    this.histogram = histogram;
  }

  /** Recorded by one thread at a time. */
  static RoundTrips ofOne() {
    return new RoundTrips(new Histogram(LONGEST_NS, DIGITS));
  }

  /** Recorded by any number of threads. */
  static RoundTrips ofMany() {
    return new RoundTrips(new AtomicHistogram(LONGEST_NS, DIGITS));
  }

  void record(long nanoseconds) {
    histogram.recordValue(Math.clamp(nanoseconds, 1, LONGEST_NS));
  }

  void add(RoundTrips more) {
    histogram.add(more.histogram);
  }

  long count() {
    return histogram.getTotalCount();
  }

  /** The mean, in microseconds. */
  double mean() {
    return micros(histogram.getMean());
  }

  /** What so many percent do not exceed, in microseconds. */
  double percentile(double percent) {
    return micros((double) histogram.getValueAtPercentile(percent));
  }

  /** The longest, in microseconds. */
  double max() {
    return micros((double) histogram.getMaxValue());
  }

  private static double micros(double nanoseconds) {
    return Math.round(nanoseconds) / NS_PER_US;
  }
}
