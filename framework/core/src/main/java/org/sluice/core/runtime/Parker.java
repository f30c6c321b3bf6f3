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

  /**
   * Sleeps until woken, a descriptor is readable, or for a time; may end early for no reason. Called on the worker's
   * thread.
   *
   * @param maxNs the longest sleep in nanoseconds, positive; {@link Long#MAX_VALUE} for no limit
   * @param descriptors those of cards, null for none; whoever changes them passes another array
   */
  default void park(long maxNs, int @Nullable [] descriptors) {
    park(maxNs);
  }

  /** Ends the sleep, or the next one. Any thread. */
  void unpark();

  /**
   * Sleeps by {@link LockSupport}, and by poll(2) while there are descriptors.
   *
   * @return a parker for the thread that parks first
   */
  static Parker ofThread() {
    return new Parker() {
      private volatile @Nullable Thread sleeper;
      // A thread can only be given a permit once it is known; until its first sleep the permit is kept here.
      private volatile boolean permit;
      private volatile @Nullable DescriptorPoll poll;

      @Override
      public void park(long maxNs, int @Nullable [] descriptors) {
        DescriptorPoll made = poll;
        if (descriptors == null) {
          park(maxNs);
        } else if (made == null) {
          // Whoever woke us before it was there did so by the thread; the next look sees what he brought.
          poll = new DescriptorPoll();
        } else {
          made.sleep(descriptors, maxNs);
        }
      }

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
        DescriptorPoll made = poll;
        if (made != null) {
          made.wake();
        }
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
