package org.sluice.spi.runtime;

/**
 * One event loop. Worker 0 owns the control plane; workers 1..n own data, and with no other workers worker 0 does both.
 * All methods but {@link #index}, {@link #isCurrent}, {@link #name}, {@link #newControlSlot} and {@link #wake} are
 * called on the worker itself, and none blocks.
 */
public interface Worker extends ExecutionContext {

  /**
   * The worker's number, 0 to {@link Workers#count()} - 1. Any thread.
   *
   * @return the index
   */
  int index();

  /**
   * The time of this turn, read once from the {@link Clock} at its start.
   *
   * @return nanoseconds, see {@link Clock#nanoTime}
   */
  long nowNs();

  /**
   * Makes a timer of this worker. Allocates; made with the object that needs it, not on the data path.
   *
   * @param task what to do at the deadline
   * @return a disarmed timer
   */
  Timer newTimer(TimerTask task);

  /**
   * Makes a control slot that delivers to this worker. May be called from any context; allocates.
   *
   * @param task runs on this worker for each successful {@link ControlSlot#post}; must not block
   * @return the slot
   */
  ControlSlot newControlSlot(Runnable task);

  /**
   * Ends the worker's sleep, so that it looks for work once more. Any context, after the work was made visible where
   * the worker looks for it, as a card does that receives from another worker; lock-free, allocates nothing.
   */
  void wake();
}
