package org.sluice.testkit.runtime;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Heap bytes that the calling thread allocates, for tests which show that a path allocates nothing.
 *
 * <p>The JVM itself allocates a few objects on behalf of a thread while calls are linked, and whenever compiled code is
 * thrown away and its objects that lived in registers are put on the heap. Code that allocates does so in every round;
 * that is how the two are told apart.
 */
public final class AllocatedBytes {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int MOST_ROUNDS = 40;

  private AllocatedBytes() {}

  /**
   * Runs a round of many operations again and again, until one allocates nothing, at most forty times. The round runs
   * in the calling thread, and has to leave everything as it found it.
   *
   * @param round the operations, thousands of them
   * @return bytes of the round that allocated least: zero, or what the code needs in every round
   */
  public static long leastOf(Runnable round) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < MOST_ROUNDS && least != 0; i++) {
      least = Math.min(least, of(round));
    }
    return least;
  }

  /**
   * Runs something once, in the calling thread.
   *
   * @param work what to run
   * @return bytes that the calling thread allocated meanwhile
   */
  public static long of(Runnable work) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    work.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
