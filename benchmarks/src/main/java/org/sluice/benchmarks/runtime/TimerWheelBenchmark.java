package org.sluice.benchmarks.runtime;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerLimits;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.runtime.Timer;
import org.sluice.testkit.runtime.ManualClock;

/** The timers of a worker that has many, by the thread that owns it, in time of the benchmark's own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 150, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class TimerWheelBenchmark {
  private static final long TICK_NS = WorkerLimits.DEFAULT.timerTickNs();
  private static final int OFFSETS = 1 << 12;

  /** How many timers are armed; a power of two. */
  @Param({"1024", "1048576"})
  private int timers;

  private final ManualClock clock = new ManualClock();
  private final WorkerSet workers = WorkerSet.builder().clock(clock).build();
  private final StackWorker worker = workers.worker(0);
  private final long[] offsetsNs = new long[OFFSETS];
  private Timer[] armed = {};
  private int nextTimer;
  private int nextOffset;
  private long fired;

  /** Arms the timers over as many ticks as there are of them, so that about one is due with each. */
  @Setup
  public void arm() {
    worker.enter();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < OFFSETS; i++) {
      offsetsNs[i] = random.nextLong(1, timers) * TICK_NS;
    }
    armed = new Timer[timers];
    for (int i = 0; i < timers; i++) {
      int index = i;
      armed[i] = worker.newTimer(nowNs -> {
        fired++;
        armed[index].schedule(nowNs + nextOffset());
      });
      armed[i].schedule(worker.nowNs() + random.nextLong(1, timers) * TICK_NS);
    }
  }

  /** Ends the worker. */
  @TearDown
  public void close() {
    worker.exit();
    workers.close();
  }

  /** Moves an armed timer, as each acknowledged segment does with that of its retransmission. */
  @Benchmark
  public void rearm() {
    armed[nextTimer()].schedule(worker.nowNs() + nextOffset());
  }

  /** Disarms a timer and arms it again. */
  @Benchmark
  public void cancelAndArm() {
    Timer timer = armed[nextTimer()];
    timer.cancel();
    timer.schedule(worker.nowNs() + nextOffset());
  }

  /** One turn, one tick later: about one timer fires and arms itself again. */
  @Benchmark
  public long turn() {
    clock.advanceNs(TICK_NS);
    worker.turn();
    return fired;
  }

  private int nextTimer() {
    // An odd stride visits all of them, and not in the order of their memory.
    nextTimer = (nextTimer + 7919) & (timers - 1);
    return nextTimer;
  }

  private long nextOffset() {
    return offsetsNs[nextOffset++ & (OFFSETS - 1)];
  }
}
