package org.sluice.spi.runtime;

/** What a {@link Timer} does when it fires. */
@FunctionalInterface
public interface TimerTask {

  /**
   * Called on the worker that owns the timer, after the timer was disarmed: the task may arm it again. Must not block.
   * An exception is caught, counted and logged with the plugin's id.
   *
   * @param nowNs the turn's time, nanoseconds
   */
  void onExpiry(long nowNs);
}
