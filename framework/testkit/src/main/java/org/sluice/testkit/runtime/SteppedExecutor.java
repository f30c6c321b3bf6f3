package org.sluice.testkit.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Runs tasks in turns of a {@link DeterministicRuntime}: one per turn, drawn from the seed among those that wait, as if
 * several threads ran them. Tasks may come from any thread.
 */
public final class SteppedExecutor implements Executor, SimulatedContext {
  private final RandomGenerator random;
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean held;

  /**
   * An executor without tasks; to be added to the runtime.
   *
   * @param random decides which task is next
   */
  public SteppedExecutor(RandomGenerator random) {
    this.random = random;
  }

  /** Runs nothing from now on, as a disk that hangs. */
  public synchronized void hold() {
    held = true;
  }

  /** Runs tasks again. */
  public synchronized void release() {
    held = false;
  }

  @Override
  public synchronized void execute(Runnable task) {
    waiting.add(task);
  }

  @Override
  public int turn() {
    Runnable task;
    synchronized (this) {
      if (held || waiting.isEmpty()) {
        return 0;
      }
      task = waiting.remove(random.nextInt(waiting.size()));
    }
    task.run();
    return 1;
  }

  @Override
  public synchronized long idleNs(long nowNs) {
    return held || waiting.isEmpty() ? Long.MAX_VALUE : 0;
  }

  @Override
  public boolean looksAfterWork() {
    return false;
  }
}
