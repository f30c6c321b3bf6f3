package org.sluice.host.problem;

import java.util.List;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/**
 * One thing that is wrong with the configuration or with a plugin.
 *
 * @param id names the kind of problem in documentation and scripts, for example {@code PLG-004}
 * @param place the file, with the line when there is one, or the plugin
 * @param cause what is wrong, with the values
 * @param remedy what to do
 */
public record Problem(String id, String place, String cause, String remedy) {

  /** The problem in one line, for logs and exceptions. */
  @Override
  public String toString() {
    return id + " " + place + ": " + cause + "; " + remedy;
  }

  /** Shows problems as a table; without any, an empty one appears in JSON only. */
  public static void print(List<Problem> problems, ConsoleOutput output) {
    output.table("problems", Column.of("Problem"), Column.of("Place"), Column.of("Cause"), Column.of("Remedy"));
    for (Problem problem : problems) {
      output.row(problem.id, problem.place, problem.cause, problem.remedy);
    }
  }
}
