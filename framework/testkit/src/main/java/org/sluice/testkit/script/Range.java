package org.sluice.testkit.script;

import java.util.Map;

/** What a number may be: {@code 5}, {@code 5..7}, {@code 5..}, {@code ..7} or {@code *}. */
record Range(long least, long most) {
  static final Range ANY = new Range(Long.MIN_VALUE, Long.MAX_VALUE);

  static Range of(String text, Map<String, Long> names) {
    if (text.equals("*")) {
      return ANY;
    }
    int dots = text.indexOf("..");
    if (dots < 0) {
      long value = Expression.value(text, names);
      return new Range(value, value);
    }
    String from = text.substring(0, dots);
    String to = text.substring(dots + 2);
    return new Range(from.isEmpty() ? Long.MIN_VALUE : Expression.value(from, names),
        to.isEmpty() ? Long.MAX_VALUE : Expression.value(to, names));
  }

  boolean has(long value) {
    return least <= value && value <= most;
  }

  @Override
  public String toString() {
    if (equals(ANY)) {
      return "*";
    }
    if (least == most) {
      return Long.toString(least);
    }
    return (least == Long.MIN_VALUE ? "" : Long.toString(least)) + ".."
        + (most == Long.MAX_VALUE ? "" : Long.toString(most));
  }
}
