package org.sluice.benchmarks.sidebyside.experiment;

import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.report.Report;

/**
 * An experiment over code so broad that it takes the compiler longer than usual.
 *
 * @param measured the experiment
 * @param times how often as many repetitions as usual are not counted
 */
public record LongWarmUp(Experiment measured, int times) implements Experiment {
  @Override
  public String name() {
    return measured.name();
  }

  @Override
  public String description() {
    return measured.description();
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    Plan longer =
        new Plan(plan.quick(), plan.warmUps() * times, plan.pairs(), plan.repetitionNs(), plan.idleNs());
    measured.run(longer, report);
  }
}
