package org.sluice.benchmarks.sidebyside.experiment;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Figure;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.measure.Rotation;
import org.sluice.benchmarks.sidebyside.report.Report;

/** One of ours and one peer in turn, and the ratio of the first figure. */
record Comparison(
    String name,
    String what,
    List<Contender.Entry> entries,
    List<Figure> figures,
    @Nullable Goal goal,
    List<Constant> constants)
    implements Experiment {

  @Override
  public String description() {
    String wanted = goal == null ? "" : ", goal " + goal.relation().symbol() + goal.bound();
    return what + ": " + figures.getFirst().label() + " of " + entries.getFirst().name() + " over "
        + entries.getLast().name() + wanted;
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    Rotation rotation = Rotation.run(entries, figures, plan);
    Values.report(name, entries, figures, rotation, report);
    constants.forEach(constant -> constant.report(rotation, report));
    report.ratio(name, rotation.advantageOver(1), goal);
  }
}
