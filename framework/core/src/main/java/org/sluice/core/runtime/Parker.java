package org.sluice.core.runtime;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** How one worker sleeps and is woken. A permit that is given before the sleep ends it at once, as with LockSupport. */
public interface Parker {

  /**
   * Sleeps until woken, or for a time; may end early for no reason. Called on the worker's thread.
   *
   * @param maxNs the longest sleep in nanoseconds, positive; {@link Long#MAX_VALUE} for no limit
   */
  void park(long maxNs);

  /** Ends the sleep, or the next one. Any thread. */
  void unpark();

  /**
   * Sleeps by {@link LockSupport}.
   *
   * @return a parker for the thread that parks first
   */
  static Parker ofThread() {
    return new Parker() {
      private volatile @Nullable Thread sleeper;
      // A thread can only be given a permit once it is known; until its first sleep the permit is kept here.
      private volatile boolean permit;

      @Override
      public void park(long maxNs) {
        sleeper = Thread.currentThread();
        if (permit) {
          permit = false;
        } else if (maxNs == Long.MAX_VALUE) {
          LockSupport.park(this);
        } else {
          LockSupport.parkNanos(this, maxNs);
        }
        // An interrupt is nobody's way to talk to a worker, and while it is pending no sleep would last.
        Thread.interrupted();
      }

      @Override
      public void unpark() {
        Thread known = sleeper;
        if (known == null) {
          permit = true;
          known = sleeper;
        }
        LockSupport.unpark(known);
      }
    };
  }
}
