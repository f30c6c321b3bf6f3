package org.sluice.testkit.script;

import java.math.BigDecimal;
import java.util.Map;

/**
 * When a line of a script takes place: so long after the line before, give or take a tolerance.
 *
 * @param delayNs nanoseconds
 * @param toleranceNs nanoseconds
 */
record Moment(long delayNs, long toleranceNs) {
  static final long DEFAULT_TOLERANCE_NS = 2_000_000;
  static final Moment NOW = new Moment(0, DEFAULT_TOLERANCE_NS);
  private static final Map<String, Long> UNITS = Map.of("us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L,
      "min", 60_000_000_000L, "h", 3_600_000_000_000L);

  /** Reads {@code 0.2}, {@code 200ms} or {@code 1.5s~100ms}. */
  static Moment of(String text) {
    int tilde = text.indexOf('~');
    return tilde < 0
        ? new Moment(durationNs(text), DEFAULT_TOLERANCE_NS)
        : new Moment(durationNs(text.substring(0, tilde)), durationNs(text.substring(tilde + 1)));
  }

  static long durationNs(String text) {
    int digits = 0;
    while (digits < text.length() && (Character.isDigit(text.charAt(digits)) || text.charAt(digits) == '.')) {
      digits++;
    }
    Long unit = UNITS.get(digits == text.length() ? "s" : text.substring(digits));
    if (digits == 0 || unit == null) {
      throw new IllegalArgumentException("\"" + text + "\" is no time: 0.2, 200ms, 5s, 2min");
    }
    return new BigDecimal(text.substring(0, digits)).multiply(BigDecimal.valueOf(unit)).longValueExact();
  }

  static String text(long ns) {
    return BigDecimal.valueOf(ns / 1_000, 6).toPlainString();
  }
}
