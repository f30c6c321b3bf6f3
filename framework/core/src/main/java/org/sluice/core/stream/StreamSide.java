package org.sluice.core.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.AsymmetricFence;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.runtime.ExecutionContext;

/**
 * What both sides of a stream have in common: how a call gets hold of the FIFO side, how its thread waits, and how the
 * side is taken away.
 *
 * <p>A call stores that it is inside, then looks whether the stream still stands; whoever takes the stream away stores
 * that, then looks whether a call is inside. The fences between are asymmetric, so a call pays two stores. Either the
 * call sees that the stream is gone and touches nothing, or the other one sees the call and leaves the side to it.
 */
abstract class StreamSide implements ExecutionContext {
  private static final int OUTSIDE = 0;
  private static final int INSIDE = 1;
  private static final int VIEWING = 2;

  private static final int LOOKS_PER_TIME_CHECK = 32;
  private static final int LEAST_SPIN_SHIFT = 4;

  private static final VarHandle PLACE = field("place", int.class);
  private static final VarHandle LEFT = field("left", boolean.class);
  private static final VarHandle ENTRANT = field("entrant", Thread.class);

  final FifoStream stream;
  @SuppressWarnings("UnusedVariable") // accessed through PLACE
  private int place;
  @SuppressWarnings("UnusedVariable") // accessed through LEFT
  private boolean left;
  /** Who is inside; kept where assertions are on. */
  private @Nullable Thread entrant;
  /** Who has taken the side away, or holds it for a moment, while others may be about to find that out. */
  @Nullable Thread holder;
  private volatile @Nullable Thread sleeper;
  private volatile long longestSpinNs;
  private long spinNs;

  StreamSide(FifoStream stream, long longestSpinNs) {
    this.stream = stream;
    spinNs(longestSpinNs);
  }

  // ---- Getting hold of the FIFO side.

  /** Begins a call; it must be ended by {@link #exit} also when this is false, which says that the stream is gone. */
  final boolean enter() {
    if ((int) PLACE.get(this) == VIEWING) {
      throw new IllegalStateException(name() + ": a view is open");
    }
    assert claim();
    PLACE.setOpaque(this, INSIDE);
    AsymmetricFence.light();
    return stream.isOpen() || enterSlow();
  }

  private boolean enterSlow() {
    while (stream.isPaused()) {
      PLACE.setRelease(this, OUTSIDE);
      Thread.onSpinWait();
      PLACE.setOpaque(this, INSIDE);
      AsymmetricFence.light();
    }
    // A pause that comes after this place was taken leaves the side alone.
    return !stream.isEnded();
  }

  final void exit() {
    assert unclaim();
    PLACE.setRelease(this, OUTSIDE);
    AsymmetricFence.light();
    if (!stream.isOpen()) {
      leaveIfRevoked();
    }
  }

  /** Ends a call that leaves a view open: nobody takes the side away until the view has ended. */
  final void exitViewing() {
    PLACE.setOpaque(this, VIEWING);
  }

  /** A call about the open view; the thread may be another one than the one that opened it. */
  final void requireView() {
    if ((int) PLACE.get(this) != VIEWING) {
      throw new IllegalStateException(name() + ": no view is open");
    }
    assert adopt();
  }

  private void leaveIfRevoked() {
    if (stream.isRevoked() && LEFT.compareAndSet(this, false, true)) {
      holder = Thread.currentThread();
      try {
        leave();
      } finally {
        stream.sideLeft();
      }
    }
  }

  /** Takes the side away if no call is inside; else that call does. After {@link FifoStream} is marked as revoked. */
  final void revoke() {
    if (isOutside()) {
      leaveIfRevoked();
    } else if ((int) PLACE.getAcquire(this) == VIEWING) {
      reportOpenView();
    }
  }

  /** No call is inside and no view is open; final after the stream was marked and a heavy fence. */
  final boolean isOutside() {
    return (int) PLACE.getAcquire(this) == OUTSIDE;
  }

  abstract void leave();

  /** The session goes while a view is open, which keeps the memory until it ends. */
  abstract void reportOpenView();

  /** What a FIFO's status means to the caller. */
  final int error(int status) {
    return switch (status) {
      case Fifo.CORRUPT -> {
        stream.corrupt();
        yield SessionError.CORRUPT.code();
      }
      case Fifo.NO_SPACE -> SessionError.SEG_NO_SPACE.code();
      default -> SessionError.NOSESSION.code();
    };
  }

  // ---- Waiting.

  /** What there is to be had now, not 0 when waiting is over. Inside. */
  abstract int look();

  /** Sees to it that {@link #wake} is called for what {@link #look} does not see yet. Inside. */
  abstract void arm();

  /** Looks until there is something, or the time is over (0). Inside. */
  final int waitInside(long timeoutNs) throws InterruptedException {
    int found = look();
    if (found != 0 || timeoutNs <= 0) {
      return found;
    }
    // Only a wait that may end for its time needs the clock before it knows whether it is a short one.
    long startNs = timeoutNs == Long.MAX_VALUE ? 0 : stream.nanoTime();
    if (spinNs > 0 && !Thread.currentThread().isVirtual()) {
      found = spin(timeoutNs);
    }
    return found != 0 ? found : sleep(startNs, timeoutNs);
  }

  /** Most waits are over before the clock is asked for the first time. */
  private int spin(long timeoutNs) throws InterruptedException {
    long limitNs = Math.min(spinNs, timeoutNs);
    long startNs = 0;
    for (int looks = 1; ; looks++) {
      Thread.onSpinWait();
      int found = look();
      if (found != 0) {
        spinNs = spinNs > longestSpinNs / 2 ? longestSpinNs : 2 * spinNs + 1;
        return found;
      }
      if (looks % LOOKS_PER_TIME_CHECK != 0) {
        continue;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long nowNs = stream.nanoTime();
      if (looks == LOOKS_PER_TIME_CHECK) {
        startNs = nowNs;
      } else if (isSpinOver(nowNs - startNs, limitNs)) {
        // What did not come in this time hardly comes in a little more; the next wait tries less.
        spinNs = Math.max(longestSpinNs >> LEAST_SPIN_SHIFT, spinNs / 2);
        return 0;
      }
    }
  }

  /** Also where time does not pass by itself, as in a simulation. */
  private static boolean isSpinOver(long spentNs, long limitNs) {
    return limitNs != Long.MAX_VALUE && (spentNs >= limitNs || spentNs == 0);
  }

  private int sleep(long startNs, long timeoutNs) throws InterruptedException {
    sleeper = Thread.currentThread();
    try {
      while (true) {
        arm();
        int found = look();
        if (found != 0) {
          return found;
        }
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (timeoutNs == Long.MAX_VALUE) {
          LockSupport.park(this);
          continue;
        }
        long restNs = timeoutNs - (stream.nanoTime() - startNs);
        if (restNs <= 0) {
          return 0;
        }
        LockSupport.parkNanos(this, restNs);
      }
    } finally {
      sleeper = null;
    }
  }

  /** Ends the sleep of a thread that waits. Any context. */
  final void wake() {
    Thread thread = sleeper;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  final void spinNs(long longestNs) {
    if (longestNs < 0) {
      throw new IllegalArgumentException("a stream cannot spin for " + longestNs + " ns");
    }
    longestSpinNs = longestNs;
    spinNs = longestNs;
  }

  // ---- Whose turn it is, asserted.

  @Override
  public final boolean isCurrent() {
    Thread current = Thread.currentThread();
    return entrant == current || holder == current;
  }

  private boolean claim() {
    Thread other = (Thread) ENTRANT.compareAndExchange(this, (Thread) null, Thread.currentThread());
    if (other != null) {
      throw new AssertionError(name() + " is used by " + other.getName() + " and by "
          + Thread.currentThread().getName() + " at once");
    }
    return true;
  }

  private boolean adopt() {
    ENTRANT.setOpaque(this, Thread.currentThread());
    return true;
  }

  private boolean unclaim() {
    ENTRANT.setRelease(this, (Thread) null);
    return true;
  }

  private static VarHandle field(String name, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(StreamSide.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
