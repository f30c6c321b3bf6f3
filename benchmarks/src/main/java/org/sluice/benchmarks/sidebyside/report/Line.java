package org.sluice.benchmarks.sidebyside.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.sluice.benchmarks.sidebyside.measure.Goal;
import org.sluice.benchmarks.sidebyside.measure.Quartiles;

/**
 * One result.
 *
 * @param kind what it is
 * @param name what was measured
 * @param values the figure
 * @param unit its unit; empty for a ratio
 * @param goal what it should be, or null
 */
public record Line(Kind kind, String name, Quartiles values, String unit, @Nullable Goal goal) {

  /** What a line says. */
  public enum Kind {
    /** A figure by itself. */
    VALUE,
    /** A figure of ours over that of a peer, measured in turn. */
    RATIO,
    /** A figure that has a goal of its own. */
    CONSTANT
  }

  /**
   * The line as printed: {@code name value unit}, quartiles if there is more than one value, and the goal.
   *
   * @return the text, without a line end
   */
  public String text() {
    StringBuilder text = new StringBuilder();
    if (kind != Kind.VALUE) {
      text.append(kind.name().toLowerCase(Locale.ROOT)).append('.');
    }
    text.append(name).append(' ').append(number(values.median()));
    if (!unit.isEmpty()) {
      text.append(' ').append(unit);
    }
    if (values.count() > 1) {
      text.append(" q1 ").append(number(values.q1())).append(" q3 ").append(number(values.q3()));
    }
    if (goal != null) {
      text.append(" goal ").append(goal.relation().symbol()).append(number(goal.bound()));
      text.append(goal.isMet(values.median()) ? " met" : " missed");
    } else if (kind == Kind.RATIO) {
      text.append(" goal none");
    }
    return text.toString();
  }

  /**
   * The same for machines, with all digits.
   *
   * @return a JSON object
   */
  public String json() {
    StringBuilder json = new StringBuilder("{\"kind\": ").append(Json.text(kind.name().toLowerCase(Locale.ROOT)))
        .append(", \"name\": ").append(Json.text(name))
        .append(", \"value\": ").append(Json.number(values.median()))
        .append(", \"q1\": ").append(Json.number(values.q1()))
        .append(", \"q3\": ").append(Json.number(values.q3()))
        .append(", \"count\": ").append(values.count())
        .append(", \"unit\": ").append(Json.text(unit));
    if (goal != null) {
      json.append(", \"goal\": ").append(Json.text(goal.relation().symbol() + number(goal.bound())))
          .append(", \"met\": ").append(goal.isMet(values.median()));
    }
    return json.append('}').toString();
  }

  /** Enough digits to compare, and none that mean nothing. */
  static String number(double value) {
    double size = Math.abs(value);
    if (size == 0 || size >= 0.01) {
      return String.format(Locale.ROOT, size >= 100 ? "%.0f" : "%.2f", value);
    }
    return String.format(Locale.ROOT, "%.1e", value);
  }
}
