package org.sluice.benchmarks.soak;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Looks after all pairs: whether each moves, and how far they are. One thread. */
final class Watch {
  private static final long REPORT_NS = 5_000_000_000L;

  private final Plan plan;
  private final List<Pair> pairs;
  private final List<Thread> threads;
  private final Verdict verdict;
  private final Tally tally;
  private final Consumer<String> progress;
  private final long[] seen;
  private final long[] movedNs;

  Watch(Plan plan, List<Pair> pairs, List<Thread> threads, Verdict verdict, Tally tally, Consumer<String> progress) {
    this.plan = plan;
    this.pairs = pairs;
    this.threads = threads;
    this.verdict = verdict;
    this.tally = tally;
    this.progress = progress;
    seen = new long[pairs.size()];
    movedNs = new long[pairs.size()];
  }

  /** Returns when all pairs have ended, or one has failed. */
  void watch() throws InterruptedException {
    long startNs = System.nanoTime();
    long reports = 0;
    Arrays.fill(movedNs, startNs);
    long lookMs = Math.max(1, plan.stallNs() / 20_000_000);
    for (Thread thread : threads) {
      while (!verdict.isFailed() && !thread.join(Duration.ofMillis(lookMs))) {
        long nowNs = System.nanoTime();
        look(nowNs);
        if ((nowNs - startNs) / REPORT_NS > reports) {
          reports = (nowNs - startNs) / REPORT_NS;
          progress.accept(reports * (REPORT_NS / 1_000_000_000) + " s: " + tally);
        }
      }
    }
  }

  private void look(long nowNs) {
    for (int i = 0; i < seen.length; i++) {
      long moved = pairs.get(i).progress();
      if (moved != seen[i] || !threads.get(i).isAlive()) {
        seen[i] = moved;
        movedNs[i] = nowNs;
      } else if (nowNs - movedNs[i] > plan.stallNs()) {
        verdict.fail("stuck for " + plan.stallNs() / 1_000_000 + " ms:\n" + pairs.get(i).describe());
        return;
      }
    }
  }
}
