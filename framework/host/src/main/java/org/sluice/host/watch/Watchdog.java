package org.sluice.host.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.host.plugin.ClassOwners;
import org.sluice.spi.event.SlowCallbackEvent;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.Counter;

/**
 * Finds workers that do not come back from a turn, and says whose callback it is: in the log with the stack, again
 * whenever the time has doubled, and when it is over; in the plugin's counter {@code callbacks.stuck}; and to the
 * flight recorder. It only looks: nothing can end a callback from outside. One daemon thread, which looks four times in
 * the time that a turn may take; it reads what workers publish anyway, so it costs them nothing.
 */
public final class Watchdog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final int LOOKS_PER_TURN = 4;
  /** Seen less often in the same turn, a worker is not blamed: the whole process may have been stopped. */
  private static final int LEAST_LOOKS = 3;
  private static final long NS_PER_MS = 1_000_000;

  private final ClassOwners owners;
  private final CounterRegistry counters;
  private final Clock clock;
  private final long afterNs;
  private final List<Watch> watches = new ArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = Thread.ofPlatform().daemon().name("sluice-watchdog").unstarted(this::run);

  /**
   * Does not look yet.
   *
   * @param workers whom to look after
   * @param clock the workers' clock
   * @param counters where plugins count
   * @param owners whose classes are which
   * @param after how long a turn may take; zero for as long as it likes
   */
  public Watchdog(WorkerSet workers, Clock clock, CounterRegistry counters, ClassOwners owners, Duration after) {
    this.owners = owners;
    this.counters = counters;
    this.clock = clock;
    afterNs = after.toNanos();
    for (int i = 0; i < workers.count(); i++) {
      watches.add(new Watch(workers.worker(i)));
    }
  }

  /** Looks from now on, on a thread of its own. Once. */
  public void start() {
    if (afterNs > 0) {
      thread.start();
    }
  }

  private void run() {
    try {
      while (!closed.await(Math.max(1, afterNs / LOOKS_PER_TURN), TimeUnit.NANOSECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks at each worker once. One thread at a time. */
  void look() {
    long nowNs = clock.nanoTime();
    watches.forEach(watch -> watch.look(nowNs));
  }

  /** Looks no more. Any thread; waits for the present look, which is over at once. */
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One worker. */
  private final class Watch {
    private final StackWorker worker;
    private long turn;
    private int looks;
    private long beganNs;
    private long reportAtNs;
    private @Nullable Culprit culprit;

    private Watch(StackWorker worker) {
      this.worker = worker;
    }

    private void look(long nowNs) {
      long now = worker.turnCount();
      boolean inTurn = (now & 1) != 0;
      if (now != turn || !inTurn) {
        over(nowNs);
        turn = now;
        looks = inTurn ? 1 : 0;
        reportAtNs = afterNs;
        return;
      }
      looks++;
      long lastsNs = worker.turnLastsNs();
      if (looks >= LEAST_LOOKS && lastsNs >= reportAtNs && worker.turnCount() == turn) {
        beganNs = nowNs - lastsNs;
        reportAtNs = 2 * Math.max(lastsNs, reportAtNs);
        report(lastsNs);
      }
    }

    private void report(long lastsNs) {
      Thread thread = worker.thread();
      if (thread == null) {
        return;
      }
      Culprit found = Culprit.of(thread.getStackTrace(), owners);
      if (worker.turnCount() != turn) {
        // It has gone on while its stack was taken, which is that of something else then.
        return;
      }
      if (culprit == null) {
        counters.scope(found.plugin())
            .counter("callbacks.stuck", "Callbacks that held their worker for longer than stack.watchdog")
            .increment(Counter.NO_WORKER);
      }
      culprit = found;
      LOG.error("{} does not come back from plugin {} since {} ms: {} called, now in {}. Everything on this worker "
          + "waits for it", worker.name(), found.plugin(), lastsNs / NS_PER_MS, found.callback(), found.where(),
          stackOf(thread, found));
      commit(found, lastsNs, false);
    }

    private void over(long nowNs) {
      Culprit was = culprit;
      if (was != null) {
        culprit = null;
        long lastedNs = nowNs - beganNs;
        LOG.warn("{} has come back from {} of plugin {}, after less than {} ms", worker.name(), was.callback(),
            was.plugin(), lastedNs / NS_PER_MS);
        commit(was, lastedNs, true);
      }
    }

    private void commit(Culprit who, long lastsNs, boolean over) {
      SlowCallbackEvent event = new SlowCallbackEvent();
      if (event.isEnabled()) {
        event.worker = worker.name();
        event.plugin = who.plugin();
        event.callback = who.callback();
        event.where = who.where();
        event.lasts = lastsNs;
        event.over = over;
        event.commit();
      }
    }
  }

  /** Carries the stack of another thread into the log. */
  private static Throwable stackOf(Thread thread, Culprit culprit) {
    Throwable stack = new Throwable("the stack of " + thread.getName());
    stack.setStackTrace(culprit.frames().toArray(StackTraceElement[]::new));
    return stack;
  }
}
