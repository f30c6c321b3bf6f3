package org.sluice.benchmarks.sidebyside.experiment;

import org.sluice.benchmarks.sidebyside.measure.Figure;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.measure.Rotation;
import org.sluice.benchmarks.sidebyside.report.Report;

/**
 * A goal that a figure of ours has by itself.
 *
 * @param name the name of the result
 * @param figure which
 * @param goal what it should be
 */
record Constant(String name, Figure figure, Goal goal) {

  /** Adds the result, for the first contender. */
  void report(Rotation rotation, Report report) {
    report.constant(name, rotation.figure(0, figure), figure.unit(), goal);
  }
}
