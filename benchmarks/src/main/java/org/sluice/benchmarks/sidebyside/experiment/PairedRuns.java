package org.sluice.benchmarks.sidebyside.experiment;

import java.util.ArrayList;
import java.util.List;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Figure;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;
import org.sluice.benchmarks.sidebyside.measure.Reading;
import org.sluice.benchmarks.sidebyside.report.Report;

/**
 * Runs that take seconds, because what is measured happens at the pace of a link and not of the processor. Both
 * contenders of a pair are opened anew, one after the other, and draw from the same seed.
 *
 * @param name see {@link #name()}
 * @param what is done, for people
 * @param ours opens ours
 * @param peerName what the peer is called
 * @param peer opens it
 * @param goal of the ratio of ours to it
 */
public record PairedRuns(String name, String what, Opener ours, String peerName, Opener peer, Goal goal)
    implements Experiment {
  private static final int PAIRS = 20;
  private static final long RUN_NS = 4_000_000_000L;
  private static final int QUICK_PAIRS = 3;
  private static final long QUICK_RUN_NS = 1_000_000_000L;
  private static final double MEGA = 1e3;

  /** Makes a contender that is ready to run, once. */
  @FunctionalInterface
  public interface Opener {

    /**
     * Opens it.
     *
     * @param seed decides what is drawn in its run
     * @return the contender, to be closed
     * @throws Exception when it cannot be had here
     */
    Contender open(long seed) throws Exception;
  }

  @Override
  public String description() {
    return what + ": sluice over " + peerName + ", goal for " + Figure.BITRATE.label() + " "
        + goal.relation().symbol() + goal.bound();
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    int pairs = plan.quick() ? QUICK_PAIRS : PAIRS;
    long runNs = plan.quick() ? QUICK_RUN_NS : RUN_NS;
    // What has to be compiled is compiled in runs that do not count.
    double _ = megabits(ours, 0, runNs);
    double _ = megabits(peer, 0, runNs);
    List<Double> first = new ArrayList<>();
    List<Double> second = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int seed = 1; seed <= pairs; seed++) {
      // In turn the one and the other first.
      boolean oursFirst = seed % 2 == 1;
      double one = megabits(oursFirst ? ours : peer, seed, runNs);
      double other = megabits(oursFirst ? peer : ours, seed, runNs);
      first.add(oursFirst ? one : other);
      second.add(oursFirst ? other : one);
      ratios.add(first.getLast() / second.getLast());
    }
    report.fact(name + ".pairs", String.valueOf(pairs), "count");
    report.value(name + ".sluice." + Figure.BITRATE.label(), quartiles(first), "Mbit/s");
    report.value(name + "." + peerName + "." + Figure.BITRATE.label(), quartiles(second), "Mbit/s");
    report.ratio(name, quartiles(ratios), goal);
  }

  private static double megabits(Opener opener, long seed, long runNs) throws Exception {
    try (Contender contender = opener.open(seed)) {
      Reading reading = contender.run(runNs);
      return Figure.BITRATE.of(reading) * MEGA;
    }
  }

  private static Quartiles quartiles(List<Double> values) {
    return Quartiles.of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
