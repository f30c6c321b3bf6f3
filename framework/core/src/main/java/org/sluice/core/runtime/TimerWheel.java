package org.sluice.core.runtime;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.ExecutionContext;

/**
 * The timers of one worker: a hierarchical timing wheel (Varghese and Lauck, 1987, scheme 7) that its owner advances.
 *
 * <p>Time is counted in ticks since the wheel was made. Level {@code n} has 64 lists, one per value of the n-th six-bit
 * digit of a tick. A timer lives on the level of the highest digit in which its tick differs from the current one, so
 * the lists of a level all lie ahead, and all of a lower level before those of a higher one. When time comes to the
 * start of a list, its timers move to lower levels, at last to the list of those that are due. Arming, moving and
 * cancelling are O(1) and allocate nothing; a timer is moved at most once per level.
 *
 * <p>A timer fires when the owner's time has reached the end of the tick its deadline lies in: never early, less than a
 * tick late. Ticks fire in order; within a tick there is no order by deadline. Deadlines are compared by difference, so
 * they may lie up to 2^63 ns ahead. Not thread-safe.
 */
final class TimerWheel {

  private static final int DIGIT_BITS = 6;
  private static final int SLOTS = 1 << DIGIT_BITS;
  private static final int LEVELS = 11;
  private static final int DUE = LEVELS * SLOTS;
  private static final int LATE = DUE + 1;
  private static final int NO_LIST = -1;

  private final ExecutionContext owner;
  private final Expiry expiry;
  private final long startNs;
  private final long tickNs;

  // Each entry is the first timer of a ring. DUE holds what fires next, in order; LATE what was armed for a time that
  // had passed, kept apart so that a task which does so fires in a later run and not for ever in this one.
  private final @Nullable WheelTimer[] lists = new @Nullable WheelTimer[LATE + 1];
  private final long[] occupied = new long[LEVELS];
  private long elapsedTicks;
  private int draining = NO_LIST;
  private int size;

  TimerWheel(ExecutionContext owner, long startNs, long tickNs, Expiry expiry) {
    assert tickNs > 0 : tickNs;
    this.owner = owner;
    this.startNs = startNs;
    this.tickNs = tickNs;
    this.expiry = expiry;
  }

  void schedule(WheelTimer timer, long deadlineNs) {
    assert owner.isCurrent() : owner.name();
    if (timer.list != WheelTimer.NOT_LINKED) {
      unlink(timer);
    }
    timer.deadlineNs = deadlineNs;
    timer.tick = Math.ceilDiv(Math.max(0, deadlineNs - startNs), tickNs);
    link(timer, timer.tick <= elapsedTicks ? LATE : listOf(timer.tick));
  }

  void cancel(WheelTimer timer) {
    assert owner.isCurrent() : owner.name();
    if (timer.list != WheelTimer.NOT_LINKED) {
      unlink(timer);
    }
  }

  /** Cancels all timers of a scope: O(armed timers), for the end of a plugin. */
  void cancelAll(WorkerScope scope) {
    for (int list = 0; list < lists.length; list++) {
      WheelTimer timer = lists[list];
      while (timer != null) {
        WheelTimer following = timer.next == lists[list] ? null : timer.next;
        if (timer.scope == scope) {
          unlink(timer);
        }
        timer = following;
      }
    }
  }

  /**
   * Fires what is due, up to a limit; what remains is first in the next run.
   *
   * @return how many timers fired
   */
  int expire(long nowNs, int limit) {
    advance((nowNs - startNs) / tickNs, limit);
    int fired = 0;
    while (fired < limit) {
      WheelTimer timer = lists[DUE];
      if (timer == null) {
        break;
      }
      unlink(timer);
      fired++;
      expiry.onExpiry(timer, nowNs);
    }
    return fired;
  }

  /**
   * How long the owner may sleep as far as timers go: exact when the next timer is near, else until the next move
   * between levels.
   *
   * @return nanoseconds; 0 when something is to be done now, {@link Long#MAX_VALUE} when no timer is armed
   */
  long delayNs(long nowNs) {
    if (size == 0) {
      return Long.MAX_VALUE;
    }
    if (lists[DUE] != null || lists[LATE] != null || isDraining()) {
      return 0;
    }
    return Math.max(0, startNs + startTick(earliestList()) * tickNs - nowNs);
  }

  int size() {
    return size;
  }

  /** Moves the current tick forward, list by list, and what became due to DUE; stops when the limit is used up. */
  private void advance(long targetTick, int limit) {
    int moved = 0;
    while (moved < limit) {
      if (lists[LATE] != null) {
        move(LATE);
        moved++;
      } else if (isDraining()) {
        move(draining);
        moved++;
      } else {
        // What is linked to that list from now on lies a round ahead.
        draining = NO_LIST;
        int list = earliestList();
        long start = list == NO_LIST ? Long.MAX_VALUE : startTick(list);
        if (start > targetTick) {
          elapsedTicks = Math.max(elapsedTicks, targetTick);
          return;
        }
        elapsedTicks = start;
        draining = list;
      }
    }
  }

  private boolean isDraining() {
    return draining != NO_LIST && lists[draining] != null;
  }

  private void move(int list) {
    WheelTimer timer = lists[list];
    assert timer != null : list;
    unlink(timer);
    link(timer, timer.tick <= elapsedTicks ? DUE : listOf(timer.tick));
  }

  private int listOf(long tick) {
    int level = (Long.SIZE - 1 - Long.numberOfLeadingZeros(tick ^ elapsedTicks)) / DIGIT_BITS;
    return level * SLOTS + digit(tick, level);
  }

  private int earliestList() {
    for (int level = 0; level < LEVELS; level++) {
      if (occupied[level] != 0) {
        return level * SLOTS + Long.numberOfTrailingZeros(occupied[level]);
      }
    }
    return NO_LIST;
  }

  /** The first tick of a list: the current tick with that digit replaced and those below it zero. */
  private long startTick(int list) {
    int shift = list / SLOTS * DIGIT_BITS;
    int aboveShift = shift + DIGIT_BITS;
    long above = aboveShift >= Long.SIZE ? 0 : (elapsedTicks >>> aboveShift) << aboveShift;
    return above | ((long) (list % SLOTS) << shift);
  }

  private static int digit(long tick, int level) {
    return (int) (tick >>> (level * DIGIT_BITS)) & (SLOTS - 1);
  }

  private void link(WheelTimer timer, int list) {
    WheelTimer first = lists[list];
    if (first == null) {
      lists[list] = timer;
      if (list < DUE) {
        occupied[list / SLOTS] |= 1L << list;
      }
    } else {
      WheelTimer last = first.previous;
      timer.next = first;
      timer.previous = last;
      last.next = timer;
      first.previous = timer;
    }
    timer.list = list;
    size++;
  }

  private void unlink(WheelTimer timer) {
    int list = timer.list;
    WheelTimer next = timer.next;
    if (next == timer) {
      lists[list] = null;
      if (list < DUE) {
        occupied[list / SLOTS] &= ~(1L << list);
      }
    } else {
      next.previous = timer.previous;
      next.previous.next = next;
      if (lists[list] == timer) {
        lists[list] = next;
      }
    }
    timer.next = timer;
    timer.previous = timer;
    timer.list = WheelTimer.NOT_LINKED;
    size--;
  }

  @Override
  public String toString() {
    return "TimerWheel[size=" + size + ", tick=" + elapsedTicks + ", occupied=" + Arrays.toString(occupied) + "]";
  }

  /** Runs the task of a timer that has fired and is disarmed. */
  interface Expiry {
    void onExpiry(WheelTimer timer, long nowNs);
  }
}
