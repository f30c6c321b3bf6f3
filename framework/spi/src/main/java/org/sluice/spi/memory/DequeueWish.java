package org.sluice.spi.memory;

/**
 * The wish of a producer to be told about a dequeue: one word of the FIFO header.
 *
 * <p>Both sides store, make a full fence, then load what the other stores: the producer its wish then the head, the
 * consumer the head then the wish. So at least one of them sees that the condition holds.
 */
final class DequeueWish {

  private static final int MAX_ATTEMPTS = 1 << 10;

  private DequeueWish() {
  }

  /** Adds a kind; the fence that must follow is the caller's. */
  static void arm(Segment segment, long offset, int kind, long thresholdBytes) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      long wish = SharedMemory.getLongAcquire(segment, offset);
      long armed = (wish & Fifo.ALL_KINDS) | kind;
      long threshold = kind == Fifo.NOTIFY_ROOM ? thresholdBytes : wish >>> Fifo.THRESHOLD_SHIFT;
      if (SharedMemory.compareAndSetLong(segment, offset, wish, (threshold << Fifo.THRESHOLD_SHIFT) | armed)) {
        return;
      }
    }
    segment.counters.corruptions.increment();
  }

  /** Removes kinds; returns those that were there. */
  static int withdraw(Segment segment, long offset, int kinds) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      long wish = SharedMemory.getLongAcquire(segment, offset);
      int present = (int) wish & kinds & Fifo.ALL_KINDS;
      if (present == 0 || SharedMemory.compareAndSetLong(segment, offset, wish, wish & ~present)) {
        return present;
      }
    }
    segment.counters.corruptions.increment();
    return 0;
  }

  /**
   * The kinds whose condition holds.
   *
   * @param used content after the dequeue
   * @param dequeued how much the dequeue took
   */
  static int fulfilled(long wish, long capacity, long used, long dequeued) {
    int kinds = 0;
    long threshold = Math.max(1, Math.min(capacity, wish >>> Fifo.THRESHOLD_SHIFT));
    if (capacity - used >= threshold) {
      kinds |= Fifo.NOTIFY_ROOM;
    }
    if (used < capacity && used + dequeued >= capacity) {
      kinds |= Fifo.NOTIFY_IF_FULL;
    }
    if (used == 0) {
      kinds |= Fifo.NOTIFY_IF_EMPTY;
    }
    return (int) wish & kinds;
  }
}
