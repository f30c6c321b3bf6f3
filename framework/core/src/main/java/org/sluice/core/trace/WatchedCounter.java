package org.sluice.core.trace;

import org.sluice.spi.runtime.Counter;

/**
 * A counter as a trace shows it.
 *
 * @param counter counts
 * @param name its full name
 * @param meaning what it counts, one sentence
 * @param reason the reason to drop a packet that it stands for; empty when it has no name beside its counter
 */
public record WatchedCounter(Counter counter, String name, String meaning, String reason) {
  private static final String DROP = ".drop.";

  /** Whether the packet ends with it. */
  boolean isDrop() {
    return !reason.isEmpty() || name.contains(DROP);
  }

  String text(long grown) {
    if (isDrop()) {
      return "dropped" + (reason.isEmpty() ? "" : " " + reason) + ": " + meaning + " (" + name + ")";
    }
    return "counted " + name + " +" + grown;
  }
}
