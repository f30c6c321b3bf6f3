package org.sluice.spi.memory;

/**
 * The wish of a producer to be told about a dequeue: one word of the FIFO header.
 *
 * <p>Both sides store, make a fence ({@link AsymmetricFence}: not both need it), then load what the other stores: the
 * producer its wish then the head, the consumer the head then the wish. So at least one of them sees that the
 * condition holds. Each arming changes the word, so that a consumer which has decided by an older state does not take a
 * newer wish away.
 */
final class DequeueWish {

  private static final int SEQUENCE_SHIFT = 8;
  private static final long SEQUENCE_MASK = 0xffffff00L;
  private static final int THRESHOLD_SHIFT = 32;
  private static final int MAX_ATTEMPTS = 1 << 10;

  private DequeueWish() {
  }

  /** Adds a kind; the fence that must follow is the caller's. */
  static void arm(Segment segment, long offset, int kind, long thresholdBytes) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      long wish = SharedMemory.getLongAcquire(segment, offset);
      long sequence = (wish + (1L << SEQUENCE_SHIFT)) & SEQUENCE_MASK;
      long threshold = kind == Fifo.NOTIFY_ROOM ? thresholdBytes : wish >>> THRESHOLD_SHIFT;
      long armed = (threshold << THRESHOLD_SHIFT) | sequence | (wish & Fifo.ALL_KINDS) | kind;
      if (SharedMemory.compareAndSetLong(segment, offset, wish, armed)) {
        return;
      }
    }
    segment.counters.corruptions.increment();
  }

  /** Removes kinds, whenever they were armed. */
  static void withdraw(Segment segment, long offset, int kinds) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      long wish = SharedMemory.getLongAcquire(segment, offset);
      int present = (int) wish & kinds & Fifo.ALL_KINDS;
      if (present == 0 || SharedMemory.compareAndSetLong(segment, offset, wish, wish & ~present)) {
        return;
      }
    }
    segment.counters.corruptions.increment();
  }

  /**
   * Takes the kinds that are fulfilled; to be called after the head was stored and a fence.
   *
   * @param header offset of the FIFO header
   * @param head the consumer's position
   * @param dequeued how much was taken out since the last call
   * @return whether there were any
   */
  static boolean take(Segment segment, long header, long head, long dequeued) {
    long present = SharedMemory.getLongAcquire(segment, header + Fifo.WISH);
    return (present & Fifo.ALL_KINDS) != 0 && takeFulfilled(segment, header, head, dequeued);
  }

  private static boolean takeFulfilled(Segment segment, long header, long head, long dequeued) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      long wish = SharedMemory.getLongAcquire(segment, header + Fifo.WISH);
      if ((wish & Fifo.ALL_KINDS) == 0) {
        return false;
      }
      long used = SharedMemory.getLongAcquire(segment, header + Fifo.TAIL) - head;
      long capacity = Fifo.clampCapacity(SharedMemory.getLong(segment, header + Fifo.CAPACITY));
      long kinds = wish & fulfilled(capacity, used, dequeued, wish >>> THRESHOLD_SHIFT);
      if (kinds == 0) {
        return false;
      }
      if (SharedMemory.compareAndSetLong(segment, header + Fifo.WISH, wish, wish & ~kinds)) {
        return true;
      }
    }
    segment.counters.corruptions.increment();
    return false;
  }

  private static int fulfilled(long capacity, long used, long dequeued, long thresholdBytes) {
    int kinds = 0;
    if (capacity - used >= Math.max(1, Math.min(capacity, thresholdBytes))) {
      kinds |= Fifo.NOTIFY_ROOM;
    }
    if (used < capacity && used + dequeued >= capacity) {
      kinds |= Fifo.NOTIFY_IF_FULL;
    }
    if (used == 0) {
      kinds |= Fifo.NOTIFY_IF_EMPTY;
    }
    return kinds;
  }
}
