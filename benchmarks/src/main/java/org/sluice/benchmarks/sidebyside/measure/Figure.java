package org.sluice.benchmarks.sidebyside.measure;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/** A number that is drawn from a reading. */
public enum Figure {
  /** Payload per time. */
  THROUGHPUT("MB/s") {
    @Override
    public double of(Reading reading) {
      return reading.bytes() * 1e3 / reading.nanos();
    }
  },
  /** Payload per time, as links are rated. */
  BITRATE("Gbit/s") {
    @Override
    public double of(Reading reading) {
      return reading.bytes() * 8.0 / reading.nanos();
    }
  },
  /** Operations per time. */
  RATE("op/s") {
    @Override
    public double of(Reading reading) {
      return reading.operations() * 1e9 / reading.nanos();
    }
  },
  /** The mean time of an operation: all of the repetition divided by their number. */
  MEAN("ns") {
    @Override
    public double of(Reading reading) {
      return (double) reading.nanos() / reading.operations();
    }
  },
  /** The median of the operations that were timed one by one. */
  P50("ns") {
    @Override
    public double of(Reading reading) {
      return percentile(reading, 50);
    }
  },
  /** The 99th percentile of the operations that were timed one by one. */
  P99("ns") {
    @Override
    public double of(Reading reading) {
      return percentile(reading, 99);
    }
  },
  /** Heap bytes per operation. */
  ALLOCATION("B/op") {
    @Override
    public double of(Reading reading) {
      return reading.allocatedBytes() == Reading.UNKNOWN
          ? Double.NaN
          : (double) reading.allocatedBytes() / reading.operations();
    }
  };

  private final String unit;

  Figure(String unit) {
    this.unit = unit;
  }

  /**
   * Draws the number.
   *
   * @param reading of one repetition
   * @return the number in {@link #unit}; not a number when it was not measured
   */
  public abstract double of(Reading reading);

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
