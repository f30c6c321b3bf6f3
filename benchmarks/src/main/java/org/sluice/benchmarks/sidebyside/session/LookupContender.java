package org.sluice.benchmarks.sidebyside.session;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Reading;

/**
 * Looks things up, one after the other, on the calling thread. What is looked up depends on what was found before, so
 * that the machine cannot overlap lookups: what is measured is the time of one.
 */
abstract class LookupContender implements Contender {
  private static final int GROUP = 64;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private int next;

  /** Looks the thing of a number up, which is drawn by the contender from whatever the number is; what it found. */
  abstract long lookUp(int number);

  /** Whether a result is one of those that the work can have; asked once per repetition. */
  abstract boolean isRight(long found);

  @Override
  public final Reading run(long nanos) {
    long operations = 0;
    long found = 0;
    long allocated = threads.getCurrentThreadAllocatedBytes();
    long begin = System.nanoTime();
    long now = begin;
    while (now - begin < nanos) {
      for (int i = 0; i < GROUP; i++) {
        found = lookUp(next);
        next += 1 + ((int) found & 1);
      }
      operations += GROUP;
      now = System.nanoTime();
    }
    allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
    if (!isRight(found)) {
      throw new IllegalStateException("lookup " + next + " found " + found);
    }
    return new Reading(operations, 0, now - begin, allocated, null);
  }

  @Override
  public void close() {}
}
