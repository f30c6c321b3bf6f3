package org.sluice.benchmarks.sidebyside.experiment;

import org.sluice.benchmarks.sidebyside.measure.Plan;
import org.sluice.benchmarks.sidebyside.report.Report;

/** Something that a suite runs. */
public interface Experiment {

  /**
   * Its name, which begins the names of its results.
   *
   * @return words with hyphens
   */
  String name();

  /**
   * What it measures, for people.
   *
   * @return one line
   */
  String description();

  /**
   * Runs it.
   *
   * @param plan how long and how often
   * @param report what it adds its results to
   * @throws Exception when it cannot be measured
   */
  void run(Plan plan, Report report) throws Exception;
}
