package org.sluice.benchmarks.sidebyside.experiment;

import java.util.List;
import java.util.stream.Collectors;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Figure;
import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.measure.Rotation;
import org.sluice.benchmarks.sidebyside.report.Report;

/** Contenders measured in turn, without ratios. */
record Solo(
    String name, String what, List<Contender.Entry> entries, List<Figure> figures, List<Constant> constants)
    implements Experiment {

  @Override
  public String description() {
    return what + ": " + entries.stream().map(Contender.Entry::name).collect(Collectors.joining(", "));
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    Rotation rotation = Rotation.run(entries, figures, plan);
    Values.report(name, entries, figures, rotation, report);
    constants.forEach(constant -> constant.report(rotation, report));
  }
}
