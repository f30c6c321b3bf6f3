package org.sluice.spi.runtime;

/**
 * The only source of time. A worker reads it once per turn and hands out the cached value ({@link Worker#nowNs()});
 * code on the data path uses that.
 */
public interface Clock {

  /**
   * Monotonic time with an arbitrary origin, in nanoseconds. Any thread; does not block. Compare by difference only.
   *
   * @return nanoseconds
   */
  long nanoTime();

  /**
   * Wall-clock time for people and captures, in microseconds since 1970-01-01T00:00:00Z. Any thread; does not block.
   *
   * @return microseconds
   */
  long epochMicros();
}
