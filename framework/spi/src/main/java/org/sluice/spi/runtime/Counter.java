package org.sluice.spi.runtime;

/**
 * A monotonic count, kept per worker without contention and added up when read. Allocation-free, lock-free.
 */
public interface Counter {

  /** The worker index for callers that are on no worker: an atomic cell shared by all of them. */
  int NO_WORKER = -1;

  /**
   * Adds one.
   *
   * @param workerIndex the worker the caller runs on, or {@link #NO_WORKER}
   */
  default void increment(int workerIndex) {
    add(workerIndex, 1);
  }

  /**
   * Adds a number.
   *
   * @param workerIndex the worker the caller runs on, or {@link #NO_WORKER}
   * @param amount how much, not negative
   */
  void add(int workerIndex, long amount);

  /**
   * The sum over all workers. Any thread; a snapshot that may lag behind the workers by a turn.
   *
   * @return the count
   */
  long value();

  /**
   * The share of one worker.
   *
   * @param workerIndex the worker, or {@link #NO_WORKER}
   * @return its count
   */
  long value(int workerIndex);
}
