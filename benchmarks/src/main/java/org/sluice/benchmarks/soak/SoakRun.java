package org.sluice.benchmarks.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Plays drawn sessions in several pairs at a time, until the time is over or something is wrong. */
final class SoakRun {
  private static final String SWEPT = "session.fifo-swept";
  private static final String OPEN_VIEWS = "memory.open-views";

  private final Plan plan;
  private final Consumer<String> progress;
  private final Verdict verdict = new Verdict();
  private final Tally tally = new Tally();

  SoakRun(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /** Runs it once. */
  Result run() throws InterruptedException {
    long startNs = System.nanoTime();
    String counted;
    try (SoakHost host = new SoakHost()) {
      List<Pair> pairs = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < plan.pairs(); i++) {
        Pair pair = new Pair(plan, i, host, verdict, tally, () -> System.nanoTime() - startNs >= plan.durationNs());
        pairs.add(pair);
        threads.add(Thread.ofPlatform().daemon().name("pair-" + i).start(pair));
      }
      new Watch(plan, pairs, threads, verdict, tally, progress).watch();
      if (!verdict.isFailed()) {
        List<String> left = host.leftovers();
        if (!left.isEmpty()) {
          verdict.fail("left at the end: " + String.join(", ", left));
        }
      }
      counted = host.counter(SWEPT) + " FIFOs swept, " + host.counter(OPEN_VIEWS) + " views open at an end";
    }
    return new Result(verdict.failure(), tally.sessions(), (System.nanoTime() - startNs) / 1e9,
        tally + ", " + counted);
  }

  /**
   * What came of it.
   *
   * @param failure what is wrong, or null
   * @param sessions how many were played
   * @param seconds how long it took
   * @param done what was done, in one line
   */
  record Result(@Nullable String failure, long sessions, double seconds, String done) {
  }
}
