package org.sluice.core.console;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.console.CommandException;

/** Asks workers and waits, but not for ever. Console threads. */
final class WorkerQueries {
  private final WorkerSet workers;
  private final Duration patience;

  WorkerQueries(WorkerSet workers, Duration patience) {
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
    return await(worker, workers.query(worker, query));
  }

  /**
   * Has a worker end something: unlike a question, this is not refused by an overloaded worker, which is when an
   * operator needs it.
   *
   * @param worker where
   * @param order runs there; must not block
   * @return what the function returned
   * @throws CommandException when the worker does not answer in time; the order may still be carried out later
   */
  <T> T order(int worker, Supplier<T> order) throws CommandException, InterruptedException {
    return await(worker, workers.call(worker, order));
  }

  /**
   * Waits for work that was begun and has no result.
   *
   * @param worker whose work it is
   * @param done completes when it is done
   * @throws CommandException see {@link #await}
   */
  void finish(int worker, CompletableFuture<?> done) throws CommandException, InterruptedException {
    boolean _ = await(worker, done.thenApply(result -> true));
  }

  /**
   * Waits for work of the control plane that may take its time because others have a part in it.
   *
   * @param done completes when it is done
   * @param slow what to say when that is not in time: the work goes on
   * @throws CommandException with these words, or as {@link #await}
   */
  void finish(CompletableFuture<?> done, String slow) throws CommandException, InterruptedException {
    boolean _ = await(0, done.thenApply(result -> true), slow);
  }

  /**
   * Waits for a result that no worker gives.
   *
   * @param done completes with it
   * @param slow what to say when that is not in time: the work goes on
   * @return the result
   * @throws CommandException with these words
   */
  <T> T finished(CompletableFuture<T> done, String slow) throws CommandException, InterruptedException {
    return await(0, done, slow);
  }

  /**
   * Asks the control plane on worker 0, which may refuse.
   *
   * @param query reads there and returns values; must not block
   * @return what the function returned
   * @throws CommandException with the words of the control plane when it refuses, else as {@link #ask}
   */
  <T> T read(Supplier<T> query) throws CommandException, InterruptedException {
    return answer(ask(0, () -> Answer.of(query)));
  }

  /**
   * Has the control plane on worker 0 change something. Not refused by an overloaded worker.
   *
   * @param change runs there; must not block
   * @throws CommandException with the words of the control plane when it refuses, else as {@link #order}
   */
  void change(Runnable change) throws CommandException, InterruptedException {
    boolean _ = answer(order(0, () -> Answer.of(() -> {
      change.run();
      return true;
    })));
  }

  /** What the control plane said: refusals are answers like others. */
  private record Answer<T>(@Nullable T value, @Nullable SessionException refusal) {
    static <T> Answer<T> of(Supplier<T> work) {
      try {
        return new Answer<>(work.get(), null);
      } catch (SessionException refused) {
        return new Answer<>(null, refused);
      }
    }
  }

  private static <T> T answer(Answer<T> answer) throws CommandException {
    SessionException refusal = answer.refusal();
    if (refusal != null) {
      throw CommandException.failure(String.valueOf(refusal.getMessage()));
    }
    return Objects.requireNonNull(answer.value());
  }

  /**
   * Waits for work that was begun.
   *
   * @param worker whose work it is
   * @param answer completes with its result
   * @return the result
   * @throws CommandException when it does not come in time, or failed; the work goes on all the same
   */
  <T> T await(int worker, CompletableFuture<T> answer) throws CommandException, InterruptedException {
    return await(worker, answer, "worker " + worker + " did not answer within " + patience.toMillis()
        + " ms: it is stuck or overloaded; 'show workers' tells whether it still turns");
  }

  private <T> T await(int worker, CompletableFuture<T> answer, String slow)
      throws CommandException, InterruptedException {
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw CommandException.failure(slow);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof SessionException refused) {
        throw CommandException.failure(String.valueOf(refused.getMessage()));
      }
      throw CommandException.failure(
          cause instanceof RejectedExecutionException
              ? "worker " + worker + " takes no questions now: " + cause.getMessage()
              : "reading worker " + worker + " failed: " + cause);
    }
  }
}
