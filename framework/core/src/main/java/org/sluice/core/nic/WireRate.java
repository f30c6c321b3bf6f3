package org.sluice.core.nic;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The rate of one end, as one transmit queue has to do with it. When the link is free again is known to all queues of
 * the end; which frames wait for it, to each queue alone. Owned by the queue's worker.
 */
final class WireRate {
  private static final long BYTE_SECONDS_NS = Byte.SIZE * 1_000_000_000L;

  private final AtomicLong busyUntilNs;
  private final long bitsPerSecond;

  /** When each frame that waits will have left: a ring. */
  private final long[] leavesNs;

  private int first;
  private int waiting;

  /**
   * Makes the rate of a queue.
   *
   * @param busyUntilNs shared by the queues of the end; begins with the present
   * @param bitsPerSecond the rate
   * @param most how many frames can wait
   */
  WireRate(AtomicLong busyUntilNs, long bitsPerSecond, int most) {
    this.busyUntilNs = busyUntilNs;
    this.bitsPerSecond = bitsPerSecond;
    leavesNs = new long[most];
  }

  /** How many frames the queue has room for. */
  int room(long nowNs) {
    while (waiting > 0 && leavesNs[first] - nowNs <= 0) {
      first = first + 1 == leavesNs.length ? 0 : first + 1;
      waiting--;
    }
    return leavesNs.length - waiting;
  }

  /** Queues a frame that there is room for, and tells when its last bit leaves. */
  long leavesNs(long nowNs, int lengthBytes) {
    long takesNs = (lengthBytes * BYTE_SECONDS_NS + bitsPerSecond - 1) / bitsPerSecond;
    long before;
    long leaves;
    do {
      before = busyUntilNs.get();
      leaves = (before - nowNs > 0 ? before : nowNs) + takesNs;
    } while (!busyUntilNs.compareAndSet(before, leaves));
    int last = first + waiting;
    leavesNs[last >= leavesNs.length ? last - leavesNs.length : last] = leaves;
    waiting++;
    return leaves;
  }
}
