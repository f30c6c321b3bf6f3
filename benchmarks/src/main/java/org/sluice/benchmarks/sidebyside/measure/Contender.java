package org.sluice.benchmarks.sidebyside.measure;

/**
 * Somebody who can do the work of a scenario, ours or a peer. Opened, warmed up, run many times in turn with another
 * one, closed. Between repetitions it leaves the processors alone: its threads sleep.
 */
public interface Contender extends AutoCloseable {

  /**
   * Does one repetition. Blocks until all work of the repetition is done and checked.
   *
   * @param nanos when to stop beginning new work
   * @return what was done; valid until the next call
   * @throws Exception when the work was not done, or done wrong
   */
  Reading run(long nanos) throws Exception;

  /** Lets go of everything. */
  @Override
  void close() throws Exception;

  /** Makes a contender that is ready to run. */
  @FunctionalInterface
  interface Opener {

    /**
     * Opens it.
     *
     * @return the contender, to be closed
     * @throws Exception when it cannot be had here
     */
    Contender open() throws Exception;
  }

  /**
   * A contender before it is opened.
   *
   * @param name what it is called in the output
   * @param opener makes it
   */
  record Entry(String name, Opener opener) {}
}
