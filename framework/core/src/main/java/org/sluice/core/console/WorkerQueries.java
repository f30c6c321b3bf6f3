package org.sluice.core.console;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.runtime.Workers;

/** Asks workers and waits, but not for ever. Console threads. */
final class WorkerQueries {
  private final Workers workers;
  private final Duration patience;

  WorkerQueries(Workers workers, Duration patience) {
    this.workers = workers;
    this.patience = patience;
  }

  int count() {
    return workers.count();
  }

  /**
   * Runs a function on a worker.
   *
   * @param worker where
   * @param query reads what that worker owns and returns values; must not block
   * @return what the function returned
   * @throws CommandException when the worker refuses or does not answer in time. The function may still run later, so
   *     what it fills must not be read then
   */
  <T> T ask(int worker, Supplier<T> query) throws CommandException, InterruptedException {
    try {
      return workers.query(worker, query).get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw CommandException.failure("worker " + worker + " did not answer within " + patience.toMillis()
          + " ms: it is stuck or overloaded; 'show workers' tells whether it still turns");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw CommandException.failure(
          cause instanceof RejectedExecutionException
              ? "worker " + worker + " takes no questions now: " + cause.getMessage()
              : "reading worker " + worker + " failed: " + cause);
    }
  }
}
