package org.sluice.benchmarks.sidebyside.harness;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The two threads that all contenders run on, so that none has a better place than another. They sleep between tasks.
 */
public final class TwoThreads implements AutoCloseable {
  private static final long TIMEOUT_SECONDS = 30;

  private final ExecutorService first;
  private final ExecutorService second;

  /** What a thread does. */
  @FunctionalInterface
  public interface Task {

    /**
     * Runs it.
     *
     * @throws Exception what went wrong
     */
    void run() throws Exception;
  }

  /** Threads like any other. */
  public TwoThreads() {
    this(UnaryOperator.identity(), UnaryOperator.identity());
  }

  /**
   * Threads that are somewhere.
   *
   * @param one makes of what the first thread runs what takes it there and then runs that
   * @param other the same for the second
   */
  public TwoThreads(UnaryOperator<Runnable> one, UnaryOperator<Runnable> other) {
    first = thread("side-by-side-1", one);
    second = thread("side-by-side-2", other);
  }

  private static ExecutorService thread(String name, UnaryOperator<Runnable> place) {
    // Daemons: a contender that hangs must not keep the process.
    return Executors.newSingleThreadExecutor(
        task -> Thread.ofPlatform().name(name).daemon().unstarted(place.apply(task)));
  }

  /**
   * Runs a task on each thread, at the same time. Blocks until both are done.
   *
   * @param one for the first thread
   * @param other for the second thread
   * @throws StuckException when they are not done in time; the threads are of no use any more
   * @throws Exception what one of them threw
   */
  public void run(Task one, Task other) throws Exception {
    Future<?> firstDone = submit(first, one);
    Future<?> secondDone = submit(second, other);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    Exception firstFailure = await(firstDone, deadline);
    Exception secondFailure = await(secondDone, deadline);
    if (firstFailure == null && secondFailure == null) {
      return;
    }
    if (firstFailure instanceof StuckException || secondFailure instanceof StuckException) {
      // A thread that waits for one that has failed hangs because of that failure.
      throw new StuckException(firstFailure instanceof StuckException ? secondFailure : firstFailure);
    }
    throw firstFailure != null ? firstFailure : secondFailure;
  }

  private static Future<?> submit(ExecutorService thread, Task task) {
    return thread.submit(() -> {
      task.run();
      return true;
    });
  }

  private static @Nullable Exception await(Future<?> done, long deadline) throws InterruptedException {
    try {
      done.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      return null;
    } catch (ExecutionException e) {
      return e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      return new StuckException(null);
    }
  }

  @Override
  public void close() {
    // On the thread itself, which may be another than the one that the service knows of and would interrupt.
    first.execute(first::shutdown);
    second.execute(second::shutdown);
  }
}
