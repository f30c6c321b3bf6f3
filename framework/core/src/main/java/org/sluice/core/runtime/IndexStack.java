package org.sluice.core.runtime;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A lock-free stack of the numbers below a bound, each in it at most once. The top carries a count of changes, so that
 * a number which went and came back is not taken for one that stayed. Any context; allocates nothing. What was written
 * before a push is seen after the pop.
 */
public final class IndexStack {
  /** The answer of an empty stack. */
  public static final int NONE = -1;

  private static final int CHANGE_SHIFT = 32;

  private final AtomicLong top = new AtomicLong(word(0, NONE));
  private final int[] below;

  /**
   * An empty stack.
   *
   * @param bound its numbers are 0 to bound - 1
   */
  public IndexStack(int bound) {
    below = new int[bound];
  }

  /**
   * Puts a number on the stack.
   *
   * @param index one that is not in it
   */
  public void push(int index) {
    long before;
    do {
      before = top.get();
      below[index] = (int) before;
    } while (!top.compareAndSet(before, word(before, index)));
  }

  /**
   * Takes the number put last.
   *
   * @return the number, or {@link #NONE}
   */
  public int pop() {
    long before;
    int index;
    do {
      before = top.get();
      index = (int) before;
      if (index == NONE) {
        return NONE;
      }
    } while (!top.compareAndSet(before, word(before, below[index])));
    return index;
  }

  private static long word(long before, int index) {
    long changes = (before >>> CHANGE_SHIFT) + 1;
    return (changes << CHANGE_SHIFT) | (index & 0xffff_ffffL);
  }
}
