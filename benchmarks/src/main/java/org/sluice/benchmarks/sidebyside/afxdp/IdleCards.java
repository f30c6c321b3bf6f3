package org.sluice.benchmarks.sidebyside.afxdp;

import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;
import org.sluice.benchmarks.sidebyside.report.Report;

/** The processor time of workers with open cards and connections on which nothing is said. */
public final class IdleCards implements Experiment {
  private static final int CONNECTIONS = 100;
  private static final long WARM_UP_NS = 500_000_000;
  private static final long SETTLING_NS = 2_000_000_000;
  private static final Goal GOAL = Goal.atMost(1);

  @Override
  public String name() {
    return "afxdp-idle-cpu";
  }

  @Override
  public String description() {
    return "processor time of the busier of two workers with " + CONNECTIONS + " idle connections between their cards";
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    try (StackRequests requests = StackRequests.open(CONNECTIONS, false)) {
      var _ = requests.run(WARM_UP_NS);
      double _ = requests.idlePercent(SETTLING_NS);
      report.constant(name(), Quartiles.of(requests.idlePercent(plan.idleNs())), "%", GOAL);
    }
  }
}
