package org.sluice.benchmarks.sidebyside.harness;

import java.util.concurrent.atomic.AtomicInteger;

/** Where two threads wait for each other, so that waking them is not measured. */
final class Rendezvous {
  private final AtomicInteger present = new AtomicInteger();

  void meet() {
    present.incrementAndGet();
    while (present.get() < 2) {
      Thread.onSpinWait();
    }
  }
}
