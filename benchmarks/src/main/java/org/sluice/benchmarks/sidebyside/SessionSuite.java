package org.sluice.benchmarks.sidebyside;

import java.util.ArrayList;
import java.util.List;
import org.sluice.benchmarks.sidebyside.experiment.Aim;
import org.sluice.benchmarks.sidebyside.experiment.Experiment;
import org.sluice.benchmarks.sidebyside.experiment.Scenario;
import org.sluice.benchmarks.sidebyside.measure.Figure;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.session.HalfOpenHeap;
import org.sluice.benchmarks.sidebyside.session.IdleSessionHeap;
import org.sluice.benchmarks.sidebyside.session.LinearRules;
import org.sluice.benchmarks.sidebyside.session.MapLookups;
import org.sluice.benchmarks.sidebyside.session.RuleLookups;
import org.sluice.benchmarks.sidebyside.session.SessionLookups;

/** The session layer's tables, beside what else could be used for them. */
final class SessionSuite {
  private static final int FLOWS = 1 << 20;
  private static final int RULES = 100_000;
  private static final Goal LOOKUP = Goal.atLeast(3);
  private static final Goal RULE = Goal.atLeast(100);
  private static final Goal RULE_NS = Goal.atMost(1000);
  private static final Goal NOTHING = Goal.atMost(0);

  private SessionSuite() {}

  static List<Experiment> experiments() {
    List<Experiment> experiments = new ArrayList<>();
    experiments.addAll(lookup().experiments());
    experiments.addAll(rules().experiments());
    experiments.add(new IdleSessionHeap());
    experiments.add(new HalfOpenHeap());
    return experiments;
  }

  private static Scenario lookup() {
    return new Scenario("lookup-1m", "lookup of an established flow among " + FLOWS,
        Figure.RATE, Figure.MEAN, Figure.ALLOCATION)
        .ours(() -> SessionLookups.of(FLOWS))
        .peer("map", () -> MapLookups.of(FLOWS), new Aim(Figure.RATE, LOOKUP))
        .constant("allocation-per-lookup", Figure.ALLOCATION, NOTHING);
  }

  private static Scenario rules() {
    return new Scenario("rules-100k", "the rule that wins among " + RULES,
        Figure.RATE, Figure.MEAN, Figure.ALLOCATION)
        .ours(() -> RuleLookups.of(RULES))
        .peer("linear", () -> LinearRules.of(RULES), new Aim(Figure.RATE, RULE))
        .constant("rules-100k", Figure.MEAN, RULE_NS)
        .constant("allocation-per-rule-lookup", Figure.ALLOCATION, NOTHING);
  }
}
