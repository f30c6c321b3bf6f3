package org.sluice.core.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue of one worker: any number of producers, one consumer, no lock, no garbage.
 *
 * <p>A ring of entries, each three words and a target behind a sequence word. The sequence says whose turn an entry is:
 * {@code position} when the producer of that position may fill it, {@code position + 1} when the consumer may take it.
 * Producers claim a position by compare-and-set and publish by a release store of the sequence; so the messages of one
 * producer stay in order. A producer that is suspended between the two holds back those behind it but nobody spins on
 * it: the queue looks empty up to there, and the wake-up comes after the publication.
 */
final class Mailbox {

  private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

  private static final int SEQUENCE = 0;
  private static final int KIND = 1;
  private static final int HANDLE = 2;
  private static final int ARGUMENT = 3;
  private static final int ENTRY_SHIFT = 2;

  // The two positions on cache lines of their own, also away from the array's header; 128 bytes because processors
  // fetch lines in pairs.
  private static final int TAIL = 16;
  private static final int HEAD = 32;
  private static final int POSITIONS = 48;

  private final long[] positions = new long[POSITIONS];
  private final long[] entries;
  private final @Nullable MailTarget[] targets;
  private final int capacity;

  Mailbox(int capacity) {
    assert capacity >= 2 && Integer.bitCount(capacity) == 1 : capacity;
    this.capacity = capacity;
    entries = new long[capacity << ENTRY_SHIFT];
    targets = new @Nullable MailTarget[capacity];
    for (int i = 0; i < capacity; i++) {
      entries[i << ENTRY_SHIFT] = i;
    }
  }

  /**
   * Adds a message. Any context.
   *
   * @return false when the mailbox is full
   */
  boolean offer(MailTarget target, int kind, long handle, long argument) {
    long position = (long) WORDS.getVolatile(positions, TAIL);
    while (true) {
      int entry = entry(position);
      long lag = (long) WORDS.getAcquire(entries, entry + SEQUENCE) - position;
      if (lag == 0) {
        if (WORDS.compareAndSet(positions, TAIL, position, position + 1)) {
          targets[slot(position)] = target;
          entries[entry + KIND] = kind;
          entries[entry + HANDLE] = handle;
          entries[entry + ARGUMENT] = argument;
          WORDS.setRelease(entries, entry + SEQUENCE, position + 1);
          return true;
        }
      } else if (lag < 0 && (long) WORDS.getVolatile(positions, TAIL) == position) {
        return false;
      }
      position = (long) WORDS.getVolatile(positions, TAIL);
    }
  }

  /**
   * Hands messages to their targets, in order. The consumer only. The entry is free again before the target is called,
   * which may therefore send to this mailbox, and may throw.
   *
   * @return how many were taken, at most the limit
   */
  int drain(Receiver receiver, int limit) {
    int taken = 0;
    long position = positions[HEAD];
    while (taken < limit) {
      int entry = entry(position);
      if ((long) WORDS.getAcquire(entries, entry + SEQUENCE) != position + 1) {
        break;
      }
      int slot = slot(position);
      MailTarget target = targets[slot];
      assert target != null : position;
      int kind = (int) entries[entry + KIND];
      long handle = entries[entry + HANDLE];
      long argument = entries[entry + ARGUMENT];
      targets[slot] = null;
      WORDS.setRelease(entries, entry + SEQUENCE, position + capacity);
      position++;
      positions[HEAD] = position;
      taken++;
      receiver.onMail(target, kind, handle, argument);
    }
    return taken;
  }

  /** Whether no message can be taken now. The consumer only. */
  boolean isEmpty() {
    long position = positions[HEAD];
    return (long) WORDS.getAcquire(entries, entry(position) + SEQUENCE) != position + 1;
  }

  /** Messages that wait; a snapshot. The consumer only. */
  int depth() {
    return (int) ((long) WORDS.getVolatile(positions, TAIL) - positions[HEAD]);
  }

  private int slot(long position) {
    return (int) position & (capacity - 1);
  }

  private int entry(long position) {
    return slot(position) << ENTRY_SHIFT;
  }

  /** Takes messages out of the mailbox. */
  interface Receiver {
    void onMail(MailTarget target, int kind, long handle, long argument);
  }
}
