package org.sluice.benchmarks.sidebyside.measure;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/** A number that is drawn from a reading. */
public enum Figure {
  /** Payload per time. */
  THROUGHPUT("MB/s", true) {
    @Override
    public double of(Reading reading) {
      return reading.bytes() * 1e3 / reading.nanos();
    }
  },
  /** Operations per time. */
  RATE("op/s", true) {
    @Override
    public double of(Reading reading) {
      return reading.operations() * 1e9 / reading.nanos();
    }
  },
  /** The mean time of an operation: all of the repetition divided by their number. */
  MEAN("ns", false) {
    @Override
    public double of(Reading reading) {
      return (double) reading.nanos() / reading.operations();
    }
  },
  /** The median of the operations that were timed one by one. */
  P50("ns", false) {
    @Override
    public double of(Reading reading) {
      return percentile(reading, 50);
    }
  },
  /** The 99th percentile of the operations that were timed one by one. */
  P99("ns", false) {
    @Override
    public double of(Reading reading) {
      return percentile(reading, 99);
    }
  },
  /** Heap bytes per operation. */
  ALLOCATION("B/op", false) {
    @Override
    public double of(Reading reading) {
      return reading.allocatedBytes() == Reading.UNKNOWN
          ? Double.NaN
          : (double) reading.allocatedBytes() / reading.operations();
    }
  };

  private final String unit;
  private final boolean moreIsBetter;

  Figure(String unit, boolean moreIsBetter) {
    this.unit = unit;
    this.moreIsBetter = moreIsBetter;
  }

  /**
   * Draws the number.
   *
   * @param reading of one repetition
   * @return the number in {@link #unit}; not a number when it was not measured
   */
  public abstract double of(Reading reading);

  /**
   * How much better one reading is than another, for instance 2 for twice the throughput or half the time.
   *
   * @param reading the one
   * @param other the other
   * @return above 1 when the one is better
   */
  public double advantage(Reading reading, Reading other) {
    return moreIsBetter ? of(reading) / of(other) : of(other) / of(reading);
  }

  /**
   * The unit.
   *
   * @return its symbol
   */
  public String unit() {
    return unit;
  }

  /**
   * The name in the output.
   *
   * @return lower case
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static double percentile(Reading reading, double percentile) {
    Histogram latency = reading.latency();
    return latency == null || latency.getTotalCount() == 0
        ? Double.NaN
        : latency.getValueAtPercentile(percentile);
  }
}
