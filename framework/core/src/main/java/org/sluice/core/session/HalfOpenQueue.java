package org.sluice.core.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Worker;

/**
 * Half-opens about which other workers have noted something that worker 0 has to settle. Linked by themselves, each in
 * it at most once, so that a report cannot fail and takes no memory. Adding is any worker's, the rest worker 0's.
 */
final class HalfOpenQueue {
  private static final VarHandle ADDED;

  static {
    try {
      ADDED = MethodHandles.lookup().findVarHandle(HalfOpenQueue.class, "added", HalfOpen.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final HalfOpenSettling settling;
  private final ControlSlot turn;
  // The newest first. Only ever taken as a whole, so one that comes back early does no harm.
  private volatile @Nullable HalfOpen added;
  // The oldest first; worker 0's.
  private @Nullable HalfOpen taken;

  HalfOpenQueue(Worker worker, HalfOpenSettling settling) {
    this.settling = settling;
    turn = worker.newControlSlot(this::settleOne);
  }

  void add(HalfOpen halfOpen) {
    if (!halfOpen.report()) {
      return;
    }
    HalfOpen newest;
    do {
      newest = added;
      halfOpen.nextReported = newest;
    } while (!ADDED.compareAndSet(this, newest, halfOpen));
    turn.post();
  }

  /** One by one, so that they share the worker with other control work and its bound per turn. */
  private void settleOne() {
    HalfOpen oldest = poll();
    if (oldest == null) {
      return;
    }
    try {
      settling.settle(oldest);
    } finally {
      if (taken != null || added != null) {
        turn.post();
      }
    }
  }

  private @Nullable HalfOpen poll() {
    if (taken == null) {
      taken = takeReversed();
    }
    HalfOpen oldest = taken;
    if (oldest != null) {
      taken = oldest.nextReported;
      oldest.nextReported = null;
      oldest.takeReport();
    }
    return oldest;
  }

  private @Nullable HalfOpen takeReversed() {
    HalfOpen newest = (HalfOpen) ADDED.getAndSet(this, (HalfOpen) null);
    HalfOpen oldest = null;
    while (newest != null) {
      HalfOpen next = newest.nextReported;
      newest.nextReported = oldest;
      oldest = newest;
      newest = next;
    }
    return oldest;
  }
}
