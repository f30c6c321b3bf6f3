package org.sluice.host.services;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.sluice.core.fault.PluginFaults;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/**
 * The threads on which one plugin does what no worker may wait for. They come with the first tasks, leave when there
 * have been none for a while, and are gone after {@link #close}: none of them keeps the plugin's classes.
 */
public final class BackgroundThreads implements Executor {
  private static final long KEEP_ALIVE_SECONDS = 10;

  private final PluginFaults faults;
  private final Counter refused;
  private final int maxWaiting;
  private final ThreadPoolExecutor pool;

  /**
   * No thread yet.
   *
   * @param faults where what tasks throw is counted
   * @param counters the plugin's
   * @param maxThreads how many tasks run at a time
   * @param maxWaiting how many may wait for a thread
   */
  public BackgroundThreads(PluginFaults faults, Counters counters, int maxThreads, int maxWaiting) {
    this.faults = faults;
    this.maxWaiting = maxWaiting;
    refused = counters.counter("background.refused", "Background tasks refused by host.plugin-tasks.");
    AtomicInteger number = new AtomicInteger();
    pool = new ThreadPoolExecutor(maxThreads, maxThreads, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(maxWaiting),
        task -> Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false)
            .name("plugin-" + faults.pluginId() + "-" + number.incrementAndGet()).unstarted(task));
    pool.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    try {
      pool.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      if (pool.isShutdown()) {
        throw new RejectedExecutionException("plugin " + faults.pluginId() + " has stopped", e);
      }
      refused.increment(Counter.NO_WORKER);
      throw new RejectedExecutionException(maxWaiting + " background tasks of plugin " + faults.pluginId()
          + " wait already (host.plugin-tasks)", e);
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      faults.caught("a background task", e);
    }
  }

  /**
   * Takes no further task and waits for those it has taken; half of the patience is for them to end by themselves, the
   * other half for them to obey an interrupt.
   *
   * @return false when one of them still runs
   */
  boolean close(Duration patience) {
    pool.shutdown();
    try {
      if (!pool.awaitTermination(patience.toNanos() / 2, TimeUnit.NANOSECONDS)) {
        pool.shutdownNow();
        return pool.awaitTermination(patience.toNanos() / 2, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      pool.shutdownNow();
      Thread.currentThread().interrupt();
    }
    return pool.isTerminated();
  }
}
