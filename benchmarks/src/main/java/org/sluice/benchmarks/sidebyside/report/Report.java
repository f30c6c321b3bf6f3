package org.sluice.benchmarks.sidebyside.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;
import org.sluice.benchmarks.sidebyside.report.Line.Kind;

/**
 * Collects results. Figures are printed as soon as they are known, ratios and constants together at the end; meanwhile
 * they are shown as progress.
 */
public final class Report {
  private final PrintStream out;
  private final Consumer<String> progress;
  private final Map<String, String> facts = new LinkedHashMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();
  private final List<Line> lines = new ArrayList<>();

  /**
   * An empty report.
   *
   * @param out where lines are printed
   * @param progress shown what will be printed at the end
   */
  public Report(PrintStream out, Consumer<String> progress) {
    this.out = out;
    this.progress = progress;
  }

  /**
   * Something to know about the run that is no figure.
   *
   * @param name what
   * @param value in one word
   * @param unit what kind of word
   */
  public void fact(String name, String value, String unit) {
    facts.put(name, value);
    out.println(name + " " + value + " " + unit);
  }

  /**
   * A figure.
   *
   * @param name what was measured
   * @param values over the repetitions
   * @param unit its unit
   */
  public void value(String name, Quartiles values, String unit) {
    add(new Line(Kind.VALUE, name, values, unit, null));
  }

  /**
   * A figure of ours over that of a peer.
   *
   * @param name the comparison
   * @param ratio over the pairs
   * @param goal what it should be, or null
   */
  public void ratio(String name, Quartiles ratio, @Nullable Goal goal) {
    add(new Line(Kind.RATIO, name, ratio, "", goal));
  }

  /**
   * A figure that has a goal of its own.
   *
   * @param name what was measured
   * @param values over the repetitions
   * @param unit its unit
   * @param goal what it should be
   */
  public void constant(String name, Quartiles values, String unit, Goal goal) {
    add(new Line(Kind.CONSTANT, name, values, unit, goal));
  }

  /**
   * Something could not be measured.
   *
   * @param name what
   * @param cause why
   */
  public void failed(String name, Throwable cause) {
    failures.put(name, cause.toString());
    out.println("failed." + name + " " + cause.toString().lines().findFirst().orElse(""));
  }

  /**
   * Whether everything could be measured.
   *
   * @return false after a failure
   */
  public boolean isComplete() {
    return failures.isEmpty();
  }

  private void add(Line line) {
    lines.add(line);
    if (line.kind() == Kind.VALUE) {
      out.println(line.text());
    } else {
      progress.accept(line.text());
    }
  }

  /** Prints the ratios and constants. */
  public void printGoals() {
    lines.stream().filter(line -> line.kind() != Kind.VALUE).map(Line::text).forEach(out::println);
  }

  /**
   * All of it as one JSON object.
   *
   * @return the text
   */
  public String json() {
    return "{\n"
        + "  \"facts\": " + object(facts) + ",\n"
        + "  \"results\": ["
        + lines.stream().map(line -> "\n    " + line.json()).collect(Collectors.joining(","))
        + "\n  ],\n"
        + "  \"failures\": " + object(failures) + "\n"
        + "}\n";
  }

  /**
   * Writes {@link #json} to a file.
   *
   * @param file created or replaced
   * @throws IOException when it cannot be written
   */
  public void writeJson(Path file) throws IOException {
    Files.writeString(file, json());
  }

  private static String object(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> Json.text(entry.getKey()) + ": " + Json.text(entry.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
