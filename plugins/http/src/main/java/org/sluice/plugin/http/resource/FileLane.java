package org.sluice.plugin.http.resource;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.ControlSlot;

/**
 * The file work of one session, off its worker: one piece at a time, on a background thread of the plugin. The worker
 * starts it, is woken by the session's control slot, and collects. While it runs, its files belong to the background,
 * else to the worker; so they have one user at a time although no thread owns them. Allocates nothing per piece.
 */
public final class FileLane {
  private enum State {
    IDLE,
    BUSY,
    DONE,
    CLOSED
  }

  /** What the lane does. */
  public interface Work {
    /** Does one piece. Background thread. */
    void run();

    /** Whether there is something to {@link #close}. Whoever has the files. */
    boolean isOpen();

    /** Lets go of files, in the end. Background thread, or if there is none, where the lane is closed. */
    void close();
  }

  private final Executor executor;
  private final Work work;
  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
  private final Runnable piece = this::run;
  private volatile @Nullable ControlSlot wake;

  /**
   * An idle lane.
   *
   * @param executor the background
   * @param work what is done by it
   */
  public FileLane(Executor executor, Work work) {
    this.executor = executor;
    this.work = work;
  }

  /** From now on this slot is posted when a piece is done. The session's worker; once more after a migration. */
  public void wakes(ControlSlot slot) {
    wake = slot;
    // What ended before may have posted the old slot, whose worker is no longer ours.
    slot.post();
  }

  /** Starts a piece; the lane must be idle. False when the background takes no more. The session's worker. */
  public boolean start() {
    if (!state.compareAndSet(State.IDLE, State.BUSY)) {
      assert state.get() == State.CLOSED : state;
      return false;
    }
    try {
      executor.execute(piece);
      return true;
    } catch (RejectedExecutionException e) {
      if (!state.compareAndSet(State.BUSY, State.IDLE)) {
        // It was closed meanwhile, by somebody who left the files to the piece.
        work.close();
      }
      return false;
    }
  }

  /** Whether a piece was done since the last call; then the lane is idle again. The session's worker. */
  public boolean collect() {
    return state.compareAndSet(State.DONE, State.IDLE);
  }

  /** Whether a piece can be started. The session's worker. */
  public boolean isIdle() {
    return state.get() == State.IDLE;
  }

  /** Ends the lane; the files are closed after the piece that runs. Any thread, any number of times. */
  public void close() {
    State was = state.getAndSet(State.CLOSED);
    if (was == State.CLOSED || was == State.BUSY || !work.isOpen()) {
      return;
    }
    try {
      executor.execute(work::close);
    } catch (RejectedExecutionException e) {
      // Nobody else does it, and an open file must not stay behind.
      work.close();
    }
  }

  private void run() {
    try {
      work.run();
    } finally {
      if (state.compareAndSet(State.BUSY, State.DONE)) {
        ControlSlot slot = wake;
        if (slot != null) {
          slot.post();
        }
      } else {
        work.close();
      }
    }
  }
}
