package org.sluice.plugin.transfer;

import java.io.IOException;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.ControlSlot;

/**
 * The file work of one session, off its worker. Jobs run one after the other, each on a background thread of the
 * plugin; their results come back to the worker in the same order, which is woken by the session's control slot. So the
 * files of a session have one user at a time although no thread owns them.
 *
 * <p>A job that takes long works in slices, and between two slices other sessions have their turn. After a job has
 * failed, later ones are skipped. How much may wait is bounded by the session, which has a number of buffers and no
 * more.
 */
final class FileLane {
  private final Executor executor;
  private final Clock clock;
  private final Progress progress;
  private final Job<Boolean> last;
  private final Queue<Job<?>> waiting = new ConcurrentLinkedQueue<>();
  private final Queue<Job<?>> finished = new ConcurrentLinkedQueue<>();
  /** In {@link #waiting}, the one that runs included: whoever makes it 1 has the lane run. */
  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable ControlSlot wake;

  // The worker's.
  private int pending;

  // Of whoever runs the lane.
  private boolean failed;
  private boolean ended;

  /** Work of a job; on a background thread. */
  @FunctionalInterface
  interface Work<T> {
    /** Does one slice; null when there is more to do. */
    @Nullable T slice() throws IOException, TransferException;
  }

  /** What the worker does with a result; may submit further jobs. */
  @FunctionalInterface
  interface Then<T> {
    void accept(T result) throws TransferException;
  }

  /** What becomes of a job that waits when the session ends. */
  enum AtEnd {
    /** It is done all the same: data that has arrived is kept. */
    DONE,
    /** Nobody needs it any more. */
    DROPPED
  }

  private static final class Job<T> {
    private final Work<T> work;
    private final Then<T> then;
    private final AtEnd atEnd;
    private @Nullable T result;
    private @Nullable TransferException failure;

    private Job(Work<T> work, Then<T> then, AtEnd atEnd) {
      this.work = work;
      this.then = then;
      this.atEnd = atEnd;
    }

    private void deliver() throws TransferException {
      if (failure != null) {
        throw failure;
      }
      if (result != null) {
        then.accept(result);
      }
    }
  }

  /**
   * A lane without jobs.
   *
   * @param progress kept active while files are worked on, however long that takes
   * @param cleanup lets go of the files, in the end; on a background thread, or if there is none, where it is closed
   */
  FileLane(HostServices services, Progress progress, Runnable cleanup) {
    executor = services.background();
    clock = services.clock();
    this.progress = progress;
    last = new Job<>(() -> {
      cleanup.run();
      return true;
    }, _ -> {}, AtEnd.DONE);
  }

  /** From now on this slot is posted when a job has ended. The session's worker; once more after a migration. */
  void wakes(ControlSlot slot) {
    wake = slot;
    // What ended before may have posted the old slot, whose worker is no longer ours.
    slot.post();
  }

  // ---- The worker's side.

  /** Hands over a job; its result, or failure, comes by {@link #collect}. */
  <T> void submit(AtEnd atEnd, Work<T> work, Then<T> then) {
    Job<T> job = new Job<>(work, then, atEnd);
    pending++;
    waiting.add(job);
    if (unfinished.getAndIncrement() == 0) {
      try {
        executor.execute(this::run);
      } catch (RejectedExecutionException e) {
        fail(job, new TransferException(FailReason.LIMIT, String.valueOf(e.getMessage())));
        if (settle(job) > 0) {
          // The lane was closed meanwhile; nobody else runs it.
          run();
        }
      }
    }
  }

  /** Whether every job has ended and its result was collected. */
  boolean isIdle() {
    return pending == 0;
  }

  /** Delivers the results there are. After the end of the lane there is nobody to deliver them to. */
  void collect() throws TransferException {
    for (Job<?> job = finished.poll(); job != null; job = finished.poll()) {
      pending -= job == last ? 0 : 1;
      if (!closed.get()) {
        job.deliver();
      }
    }
  }

  /** Ends the lane: no result is delivered any more, and the files are closed after the last job. Any thread. */
  void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    waiting.add(last);
    if (unfinished.getAndIncrement() == 0) {
      try {
        executor.execute(this::run);
      } catch (RejectedExecutionException e) {
        // Nobody else runs the lane, and an open file must not stay behind.
        run();
      }
    }
  }

  // ---- The background's side.

  /** One slice, then another session's turn. */
  private void run() {
    @Nullable Throwable fault = null;
    while (true) {
      Job<?> job = Objects.requireNonNull(waiting.peek());
      boolean done = true;
      try {
        done = isSkipped(job) || slice(job);
      } catch (RuntimeException | Error e) {
        fault = e;
        fail(job, new TransferException(FailReason.OTHER, "the work on a file broke: " + e));
      }
      progress.active(clock.nanoTime());
      if (done && settle(job) == 0 || goesOn()) {
        break;
      }
    }
    if (fault instanceof RuntimeException thrown) {
      throw thrown;
    } else if (fault instanceof Error thrown) {
      throw thrown;
    }
  }

  private boolean isSkipped(Job<?> job) {
    if (job == last) {
      ended = true;
      return false;
    }
    return ended || failed || closed.get() && job.atEnd == AtEnd.DROPPED;
  }

  private <T> boolean slice(Job<T> job) {
    try {
      job.result = job.work.slice();
      return job.result != null;
    } catch (TransferException e) {
      fail(job, e);
    } catch (IOException e) {
      fail(job, new TransferException(FailReason.IO, String.valueOf(e)));
    }
    return true;
  }

  private void fail(Job<?> job, TransferException failure) {
    failed = true;
    job.failure = failure;
  }

  /** The job has ended; returns how many are left. */
  private int settle(Job<?> job) {
    waiting.remove(job);
    finished.add(job);
    int left = unfinished.decrementAndGet();
    ControlSlot slot = wake;
    if (slot != null) {
      slot.post();
    }
    return left;
  }

  private boolean goesOn() {
    try {
      executor.execute(this::run);
      return true;
    } catch (RejectedExecutionException e) {
      // The plugin stops, or too much waits: what is left of this lane is done here.
      return false;
    }
  }
}
