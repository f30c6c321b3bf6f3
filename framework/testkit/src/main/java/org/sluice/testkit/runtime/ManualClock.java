package org.sluice.testkit.runtime;

import java.time.Duration;
import org.sluice.spi.runtime.Clock;

/**
 * Time that stands still until a test advances it. It begins a minute before zero, because code that takes zero for
 * "never" or compares times by their sign is wrong.
 */
public final class ManualClock implements Clock {

  private static final long DEFAULT_START_NS = -60_000_000_000L;
  private static final long DEFAULT_EPOCH_MICROS = 1_767_225_600_000_000L;

  private final long startNs;
  private final long startEpochMicros;
  private long elapsedNs;
  private boolean held;

  /** A clock that starts a minute before zero, at the beginning of 2026. */
  public ManualClock() {
    this(DEFAULT_START_NS, DEFAULT_EPOCH_MICROS);
  }

  /**
   * A clock that starts elsewhere.
   *
   * @param startNs the first {@link #nanoTime}
   * @param startEpochMicros the first {@link #epochMicros}
   */
  public ManualClock(long startNs, long startEpochMicros) {
    this.startNs = startNs;
    this.startEpochMicros = startEpochMicros;
  }

  /**
   * Lets time pass.
   *
   * @param duration how much, not negative
   */
  public void advance(Duration duration) {
    advanceNs(duration.toNanos());
  }

  /**
   * Lets time pass.
   *
   * @param durationNs how much, not negative
   */
  public void advanceNs(long durationNs) {
    if (durationNs < 0) {
      throw new IllegalArgumentException("time does not run backwards: " + durationNs + " ns");
    }
    if (held) {
      throw new IllegalStateException("time cannot pass within a turn");
    }
    elapsedNs = Math.addExact(elapsedNs, durationNs);
  }

  /**
   * The time that has passed since the clock was made.
   *
   * @return nanoseconds
   */
  public long elapsedNs() {
    return elapsedNs;
  }

  /** Forbids advances while a turn runs. */
  void hold() {
    held = true;
  }

  void release() {
    held = false;
  }

  @Override
  public long nanoTime() {
    return startNs + elapsedNs;
  }

  @Override
  public long epochMicros() {
    return startEpochMicros + elapsedNs / 1_000;
  }
}
