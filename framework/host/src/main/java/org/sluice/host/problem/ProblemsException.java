package org.sluice.host.problem;

import java.util.List;

/** Something could not start, and these are all the reasons that were found. */
public final class ProblemsException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /** With a first line saying what did not start. */
  public ProblemsException(String what, List<Problem> problems) {
    super(text(what, problems));
    this.problems = List.copyOf(problems);
  }

  /** The reasons, in the order they were found. */
  public List<Problem> problems() {
    return problems;
  }

  private static String text(String what, List<Problem> problems) {
    StringBuilder text = new StringBuilder(what);
    for (Problem problem : problems) {
      text.append("\n  ").append(problem.id()).append(' ').append(problem.place()).append(": ").append(problem.cause())
          .append("\n          ").append(problem.remedy());
    }
    return text.toString();
  }
}
