package org.sluice.benchmarks.sidebyside.experiment;

import java.util.List;
import java.util.stream.Collectors;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Figure;
import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.measure.Rotation;
import org.sluice.benchmarks.sidebyside.report.Report;

/** One of ours and one peer in turn, and their ratios: of the first figure, and of each that something is aimed at. */
record Comparison(
    String name,
    String what,
    List<Contender.Entry> entries,
    List<Figure> figures,
    List<Aim> aims,
    List<Constant> constants)
    implements Experiment {

  @Override
  public String description() {
    String wanted = aims.stream()
        .map(aim -> ", goal for " + aim.figure().label() + " " + aim.goal().relation().symbol() + aim.goal().bound())
        .collect(Collectors.joining());
    return what + ": " + entries.getFirst().name() + " over " + entries.getLast().name() + wanted;
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    Rotation rotation = Rotation.run(entries, figures, plan);
    Values.report(name, entries, figures, rotation, report);
    constants.forEach(constant -> constant.report(rotation, report));
    if (aims.isEmpty()) {
      report.ratio(name, rotation.ratio(1, figures.getFirst()), null);
    }
    for (Aim aim : aims) {
      String suffix = aim.figure() == figures.getFirst() ? "" : "-" + aim.figure().label();
      report.ratio(name + suffix, rotation.ratio(1, aim.figure()), aim.goal());
    }
  }
}
