package org.sluice.core.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.ControlSlot;

/**
 * The unbounded-by-construction queue of one worker: its entries are the {@link Slot}s themselves, each in the queue at
 * most once, so that posting cannot fail and allocates nothing.
 *
 * <p>Producers push onto a lock-free stack; the consumer takes the whole stack at once and reverses it, which yields
 * the order of posting. No element is popped singly, so a slot that comes back early (ABA) does no harm.
 */
final class ControlQueue {

  private static final VarHandle PUSHED;

  static {
    try {
      PUSHED = MethodHandles.lookup().findVarHandle(ControlQueue.class, "pushed", Slot.class).withInvokeExactBehavior();
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // The only word producers touch; newest first.
  private volatile @Nullable Slot pushed;
  // The consumer's; oldest first.
  private @Nullable Slot ready;

  void push(Slot slot) {
    Slot top;
    do {
      top = pushed;
      slot.next = top;
    } while (!PUSHED.compareAndSet(this, top, slot));
  }

  /**
   * Takes the oldest slot, ready to be posted again. The consumer only.
   *
   * @return the slot, or null
   */
  @Nullable Slot poll() {
    if (ready == null) {
      ready = takeReversed();
    }
    Slot slot = ready;
    if (slot != null) {
      ready = slot.next;
      slot.next = null;
      slot.take();
    }
    return slot;
  }

  boolean isEmpty() {
    return ready == null && pushed == null;
  }

  private @Nullable Slot takeReversed() {
    if (pushed == null) {
      return null;
    }
    Slot newest = (Slot) PUSHED.getAndSet(this, (Slot) null);
    Slot oldest = null;
    while (newest != null) {
      Slot next = newest.next;
      newest.next = oldest;
      oldest = newest;
      newest = next;
    }
    return oldest;
  }

  /** A place in the queue that its owner keeps for as long as it may have to post. */
  static final class Slot implements ControlSlot {

    private static final VarHandle QUEUED;

    static {
      try {
        QUEUED = MethodHandles.lookup().findVarHandle(Slot.class, "queued", boolean.class).withInvokeExactBehavior();
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    final WorkerScope scope;
    final Runnable task;
    private final StackWorker worker;
    private @Nullable Slot next;
    @SuppressWarnings("UnusedVariable") // accessed through QUEUED
    private boolean queued;

    Slot(StackWorker worker, WorkerScope scope, Runnable task) {
      this.worker = worker;
      this.scope = scope;
      this.task = task;
    }

    @Override
    public boolean post() {
      // Both ends exchange, never just test: so a post that comes second still happens before the delivery it relies
      // on, and what the caller wrote is seen by the task.
      if ((boolean) QUEUED.getAndSet(this, true)) {
        return false;
      }
      worker.postControl(this);
      return true;
    }

    private void take() {
      boolean wasQueued = (boolean) QUEUED.getAndSet(this, false);
      assert wasQueued;
    }
  }
}
