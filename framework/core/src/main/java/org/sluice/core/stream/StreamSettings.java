package org.sluice.core.stream;

import org.sluice.spi.runtime.Clock;

/**
 * What all streams of a stack have in common.
 *
 * @param clock measures waits
 * @param spinNs how long a blocking call looks again and again before its thread sleeps, unless a stream says otherwise
 */
public record StreamSettings(Clock clock, long spinNs) {
  /** About what it costs to sleep and be woken. */
  public static final long DEFAULT_SPIN_NS = 50_000;

  /** Checks the values. */
  public StreamSettings {
    if (spinNs < 0) {
      throw new IllegalArgumentException("a stream cannot spin for " + spinNs + " ns");
    }
  }
}
