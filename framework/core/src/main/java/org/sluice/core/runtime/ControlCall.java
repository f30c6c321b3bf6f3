package org.sluice.core.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A function on its way to a worker in a control slot of its own, so that no full mailbox can refuse it. It runs or is
 * refused, never both.
 */
final class ControlCall<T extends @Nullable Object> implements Runnable {
  private final Supplier<T> function;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final AtomicBoolean settled = new AtomicBoolean();

  ControlCall(Supplier<T> function) {
    this.function = function;
  }

  CompletableFuture<T> result() {
    return result;
  }

  @Override
  public void run() {
    if (!settled.compareAndSet(false, true)) {
      return;
    }
    T value;
    try {
      value = function.get();
    } catch (Throwable fault) {
      result.completeExceptionally(fault);
      return;
    }
    result.complete(value);
  }

  /** The worker may have turned for the last time before the call came. */
  void refuse() {
    if (settled.compareAndSet(false, true)) {
      result.completeExceptionally(new RejectedExecutionException("the stack is closed"));
    }
  }
}
