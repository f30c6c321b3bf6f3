package org.sluice.host.console;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting with an end. */
final class Monitors {

  private Monitors() {}

  /**
   * Waits for a condition; an interrupt ends the wait and stays set.
   *
   * @param monitor held by the caller, notified by whoever may make the condition true
   * @return the condition at the end
   */
  static boolean await(Object monitor, Duration patience, BooleanSupplier condition) {
    assert Thread.holdsLock(monitor) : monitor;
    long startNs = System.nanoTime();
    try {
      long leftNs = patience.toNanos();
      while (!condition.getAsBoolean() && leftNs > 0) {
        monitor.wait(leftNs / 1_000_000 + 1);
        leftNs = patience.toNanos() - (System.nanoTime() - startNs);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return condition.getAsBoolean();
  }
}
