package org.sluice.core.runtime;

import org.jspecify.annotations.Nullable;

/**
 * What the layers above put into the event loop. One object per worker, given once before the first turn; every method
 * is called on that worker, and none may block.
 */
public interface WorkerDuties {

  /** Nothing to do, ever. */
  WorkerDuties NONE = new WorkerDuties() {};

  /**
   * The turn begins.
   *
   * @param nowNs the turn's time
   */
  default void updateTime(long nowNs) {}

  /**
   * Takes one burst of packets from the cards and passes it up.
   *
   * @param nowNs the turn's time
   * @return how much was done; 0 lets the worker back off
   */
  default int receive(long nowNs) {
    return 0;
  }

  /**
   * Runs application events, also those that the callbacks themselves raise for this worker.
   *
   * @param budget the most events to run
   * @return how many ran
   */
  default int dispatchEvents(int budget) {
    return 0;
  }

  /**
   * Schedules the sessions that want to send, and hands what they sent to the cards.
   *
   * @param nowNs the turn's time
   * @return how much was done
   */
  default int transmit(long nowNs) {
    return 0;
  }

  /**
   * How long there will be nothing to do unless a message or a timer comes. Asked again after the worker announced its
   * sleep: whoever adds work from another context adds it first and calls {@link StackWorker#wake} then.
   *
   * @param nowNs the time
   * @return nanoseconds; 0 when work waits now, {@link Long#MAX_VALUE} when only others can bring it
   */
  default long idleNs(long nowNs) {
    return Long.MAX_VALUE;
  }

  /**
   * What brings work while the worker sleeps, beside those who wake it.
   *
   * @return file descriptors that poll(2) reports readable then, another array when they are others; null for none
   */
  default int @Nullable [] descriptors() {
    return null;
  }
}
