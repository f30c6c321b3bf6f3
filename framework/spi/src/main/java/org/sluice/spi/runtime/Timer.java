package org.sluice.spi.runtime;

/**
 * One re-armable deadline of its owner, made once by {@link Worker#newTimer} and kept with the object it serves:
 * arming, moving and cancelling allocate nothing. Called only on the owning worker; never blocks.
 */
public interface Timer {

  /**
   * Arms the timer, or moves it if it is armed. A deadline that has passed fires when timers run next: in this turn or
   * in the next one, never within this call, and when a timer task sets it, in the next one.
   *
   * @param deadlineNs the time of {@link Worker#nowNs()} at which to fire; the wheel may fire up to one tick late,
   *     never early
   */
  void schedule(long deadlineNs);

  /** Disarms the timer; without effect when it is not armed. */
  void cancel();

  /**
   * Whether the timer will fire.
   *
   * @return true from {@link #schedule} until it fires or is cancelled
   */
  boolean isScheduled();

  /**
   * The deadline of an armed timer, in nanoseconds of {@link Worker#nowNs()}.
   *
   * @return the deadline last given to {@link #schedule}
   */
  long deadlineNs();
}
