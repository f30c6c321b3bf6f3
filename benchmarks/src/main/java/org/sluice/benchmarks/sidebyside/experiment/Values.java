package org.sluice.benchmarks.sidebyside.experiment;

import java.util.List;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Figure;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;
import org.sluice.benchmarks.sidebyside.measure.Rotation;
import org.sluice.benchmarks.sidebyside.report.Report;

/** Reports each figure of each contender that has it, and repetitions that took too long. */
final class Values {
  private Values() {}

  static void report(
      String name, List<Contender.Entry> entries, List<Figure> figures, Rotation rotation, Report report) {
    for (int i = 0; i < entries.size(); i++) {
      for (Figure figure : figures) {
        if (rotation.has(i, figure)) {
          String full = name + "." + entries.get(i).name() + "." + figure.label();
          report.value(full, rotation.figure(i, figure), figure.unit());
        }
      }
    }
    if (rotation.overlong() > 0) {
      report.value(name + ".overlong", Quartiles.of(rotation.overlong()), "repetitions");
    }
  }
}
