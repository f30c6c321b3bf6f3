package org.sluice.benchmarks.sidebyside.session;

import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.measure.ClassHistogram;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;
import org.sluice.benchmarks.sidebyside.report.Report;

/**
 * The heap of a connect that is not answered, without its transport's share: from the histogram of live objects before
 * and after many were begun, and again after all were cancelled.
 */
public final class HalfOpenHeap implements Experiment {
  private static final int CONNECTS = 100_000;
  private static final int WARM = 1000;
  private static final Goal GOAL = Goal.atMost(256);
  private static final String NAME = "heap-half-open";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "heap of a half-open at " + CONNECTS + " without its transport, by part, goal <=" + GOAL.bound() + " B";
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    ScriptedSessions sessions = new ScriptedSessions(WARM + CONNECTS);
    sessions.connect(WARM);
    ClassHistogram before = ClassHistogram.take();
    sessions.connect(CONNECTS);
    ClassHistogram growth = ClassHistogram.take().since(before);
    if (sessions.transport.live() != WARM + CONNECTS) {
      throw new IllegalStateException("only " + sessions.transport.live() + " connects wait");
    }
    ScriptedSessions.report(report, NAME, growth, CONNECTS);
    sessions.simulation.await(sessions.application::cancelConnects);
    sessions.simulation.run();
    ClassHistogram left = ClassHistogram.take().since(before);
    report.value(NAME + ".left-when-cancelled", ScriptedSessions.per(left.sum(type -> true), CONNECTS), "B");
    report.constant(NAME, Quartiles.of(ScriptedSessions.session(growth, CONNECTS)), "B", GOAL);
  }
}
