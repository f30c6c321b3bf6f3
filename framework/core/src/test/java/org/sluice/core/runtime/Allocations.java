package org.sluice.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Asserts that code of this thread allocates nothing once it is warm. */
final class Allocations {

  private static final int ROUNDS = 20;

  private Allocations() {}

  /** Runs a round of many operations again and again, until the compiler and the linker of calls are done with it. */
  static void assertNone(Runnable round) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS && allocated != 0; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      round.run();
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(allocated).as("bytes allocated in the last of %d rounds", ROUNDS).isZero();
  }
}
