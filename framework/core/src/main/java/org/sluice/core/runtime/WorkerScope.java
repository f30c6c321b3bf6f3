package org.sluice.core.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.MessageHandler;
import org.sluice.spi.runtime.MessagePort;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.runtime.Workers;

/**
 * The workers as one plugin sees them. Ports, timers and control slots made through it bear the plugin's id when they
 * fail, and end together when the scope is revoked.
 */
public final class WorkerScope implements Workers {

  private final WorkerSet workers;
  private final String id;
  private final Counter faults;
  private final Counter mailboxFull;
  private final Worker[] views;
  private volatile boolean revoked;

  WorkerScope(WorkerSet workers, String id, Counters counters, int count) {
    this.workers = workers;
    this.id = id;
    this.faults = counters.counter("faults", "Exceptions thrown by the plugin and caught at the boundary");
    this.mailboxFull = counters.counter("mailbox.full", "Messages refused because the worker's mailbox was full");
    this.views = new Worker[count];
  }

  /** Fills in the workers: they need their own scope before they exist. */
  void view(int index, Worker view) {
    views[index] = view;
  }

  /**
   * Whose scope this is.
   *
   * @return the plugin's id
   */
  public String id() {
    return id;
  }

  @Override
  public int count() {
    return views.length;
  }

  @Override
  public Worker worker(int index) {
    return views[index];
  }

  @Override
  public @Nullable Worker current() {
    StackWorker worker = workers.current();
    return worker == null ? null : views[worker.index()];
  }

  @Override
  public MessagePort newPort(MessageHandler handler) {
    if (revoked) {
      throw new IllegalStateException("the scope of " + id + " is revoked");
    }
    return new Port(this, handler);
  }

  @Override
  public <T> CompletableFuture<T> query(int workerIndex, Supplier<T> query) {
    CompletableFuture<T> result = new CompletableFuture<>();
    StackWorker worker = workers.worker(workerIndex);
    Query<T> mail = new Query<>(this, query, result);
    if (worker.isCurrent()) {
      mail.deliver(worker, 0, 0, 0);
    } else if (revoked) {
      mail.refuse();
    } else if (!worker.offer(mail, 0, 0, 0)) {
      mailboxFull.increment(Counter.NO_WORKER);
      result.completeExceptionally(new MailboxFullException(worker.name()));
    } else if (workers.isClosed()) {
      // The worker may have wound up before the message came; a result it gave is not overwritten.
      mail.refuse();
    }
    return result;
  }

  /**
   * Ends everything made through this scope: messages on their way are dropped, timers cancelled, control slots not
   * run. Any context.
   *
   * @return completes when no worker runs code of the scope any more
   */
  public CompletableFuture<@Nullable Void> revoke() {
    revoked = true;
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    AtomicInteger remaining = new AtomicInteger(views.length);
    for (int i = 0; i < views.length; i++) {
      StackWorker worker = workers.worker(i);
      worker
          .newControlSlot(
              () -> {
                worker.cancelTimers(this);
                if (remaining.decrementAndGet() == 0) {
                  done.complete(null);
                }
              })
          .post();
    }
    if (workers.isClosed()) {
      done.complete(null);
    }
    return done;
  }

  boolean isRevoked() {
    return revoked;
  }

  void countFault(int workerIndex) {
    faults.increment(workerIndex);
  }

  /** The sending end of a plugin's messages, and their target. */
  private record Port(WorkerScope scope, MessageHandler handler) implements MessagePort, MailTarget {

    @Override
    public boolean send(int workerIndex, int kind, long handle, long argument) {
      if (scope.revoked || scope.workers.isClosed()) {
        return false;
      }
      if (scope.workers.worker(workerIndex).offer(this, kind, handle, argument)) {
        return true;
      }
      scope.mailboxFull.increment(Counter.NO_WORKER);
      return false;
    }

    @Override
    public void deliver(StackWorker worker, int kind, long handle, long argument) {
      handler.onMessage(scope.views[worker.index()], kind, handle, argument);
    }
  }

  /** A function on its way to a worker. */
  private record Query<T>(WorkerScope scope, Supplier<T> query, CompletableFuture<T> result) implements MailTarget {

    @Override
    public void deliver(StackWorker worker, int kind, long handle, long argument) {
      T value;
      try {
        value = query.get();
      } catch (Throwable fault) {
        result.completeExceptionally(fault);
        return;
      }
      result.complete(value);
    }

    @Override
    public void refuse() {
      result.completeExceptionally(new RejectedExecutionException(scope.id + " is closed, or the stack"));
    }
  }
}
