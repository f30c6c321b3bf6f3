package org.sluice.benchmarks.sidebyside.ours;

import java.util.List;
import java.util.function.Predicate;
import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.measure.ClassHistogram;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;
import org.sluice.benchmarks.sidebyside.report.Report;

/**
 * The heap of an idle local pair: two sessions, two connections, two FIFOs with the views of both sides. Taken from the
 * histogram of live objects before and after many pairs were opened, so that it holds their share of every table.
 */
public final class IdlePairHeap implements Experiment {
  private static final int PAIRS = 10_000;
  private static final int WARM_PAIRS = 64;
  private static final Goal GOAL = Goal.atMost(1024);
  private static final String NAME = "idle-pair-heap";

  private static final List<Part> PARTS = List.of(
      new Part("sessions", name -> name.startsWith("org.sluice.core.session.")),
      new Part("connections", name -> name.startsWith("org.sluice.plugin.cutthrough.")),
      new Part("fifos", name -> name.startsWith("org.sluice.spi.memory.")),
      new Part("slots", name -> name.startsWith("org.sluice.core.runtime.")));

  private record Part(String name, Predicate<String> classes) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "heap of an idle local pair at " + PAIRS + " pairs, by part, goal <=" + GOAL.bound() + " B";
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    try (SluiceHost host = SluiceHost.local()) {
      IdlePairs pairs = new IdlePairs(host);
      pairs.open(WARM_PAIRS);
      ClassHistogram before = ClassHistogram.take();
      pairs.open(PAIRS);
      ClassHistogram growth = ClassHistogram.take().since(before);
      Predicate<String> rest = name -> true;
      for (Part part : PARTS) {
        report.value(NAME + "." + part.name, perPair(growth, part.classes), "B");
        rest = rest.and(part.classes.negate());
      }
      report.value(NAME + ".rest", perPair(growth, rest), "B");
      report.constant(NAME, perPair(growth, name -> true), "B", GOAL);
    }
  }

  private static Quartiles perPair(ClassHistogram growth, Predicate<String> classes) {
    return Quartiles.of((double) growth.sum(classes) / PAIRS);
  }
}
