package org.sluice.core.nic;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;

/** What goes wrong on the way, drawn for each frame. Owned by the worker of one transmit queue. */
final class WireImpairments {
  /** A double has so many bits of its own. */
  private static final int BITS = 53;

  private final RandomGenerator random;
  private final long loss;
  private final long duplicate;
  private final long corrupt;
  private final long reorder;

  WireImpairments(RandomGenerator random, WireSettings settings) {
    this.random = random;
    loss = threshold(settings.loss());
    duplicate = threshold(settings.duplicate());
    corrupt = threshold(settings.corrupt());
    reorder = threshold(settings.reorder());
  }

  private static long threshold(double probability) {
    return (long) (probability * (1L << BITS));
  }

  boolean loses() {
    return happens(loss);
  }

  boolean duplicates() {
    return happens(duplicate);
  }

  boolean corrupts() {
    return happens(corrupt);
  }

  boolean reorders() {
    return happens(reorder);
  }

  private boolean happens(long threshold) {
    return threshold != 0 && random.nextLong() >>> Long.SIZE - BITS < threshold;
  }

  /** Turns one bit over. */
  void spoil(MemorySegment memory, long offset, int lengthBytes) {
    int bit = random.nextInt(lengthBytes * Byte.SIZE);
    long at = offset + bit / Byte.SIZE;
    memory.set(ValueLayout.JAVA_BYTE, at, (byte) (memory.get(ValueLayout.JAVA_BYTE, at) ^ 1 << bit % Byte.SIZE));
  }
}
