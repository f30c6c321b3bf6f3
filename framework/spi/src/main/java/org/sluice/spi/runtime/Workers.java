package org.sluice.spi.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The workers of the stack. Any context may call; nothing here blocks. */
public interface Workers {

  /**
   * How many workers there are; fixed for the life of the stack.
   *
   * @return at least 1, at most 128
   */
  int count();

  /**
   * One worker.
   *
   * @param index 0 (the control plane) to {@link #count()} - 1
   * @return the worker
   */
  Worker worker(int index);

  /**
   * The worker the caller runs on.
   *
   * @return the worker, or null outside of any
   */
  @Nullable Worker current();

  /**
   * Registers a receiver of messages; the port lives until the plugin is stopped.
   *
   * @param handler called on the receiving worker
   * @return the sending end
   */
  MessagePort newPort(MessageHandler handler);

  /**
   * Runs a function on a worker and completes with its result: how consoles and tests read what a worker owns. For the
   * control plane only; allocates. Runs inline when the caller is on that worker.
   *
   * @param workerIndex where to run
   * @param query the function; must not block
   * @param <T> the result's type
   * @return completes with the result, or exceptionally with what the function threw, with {@link
   *     java.util.concurrent.RejectedExecutionException} when the mailbox is full or the stack is closed
   */
  <T> CompletableFuture<T> query(int workerIndex, Supplier<T> query);
}
