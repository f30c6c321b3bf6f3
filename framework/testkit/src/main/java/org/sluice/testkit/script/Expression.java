package org.sluice.testkit.script;

import java.util.Map;

/** A whole number in a script: decimals, {@code 0x} numbers, names, {@code + - * /} and parentheses, without blanks. */
final class Expression {
  private final String text;
  private final Map<String, Long> names;
  private int at;

  private Expression(String text, Map<String, Long> names) {
    this.text = text;
    this.names = names;
  }

  /**
   * Computes an expression.
   *
   * @throws IllegalArgumentException in words for the writer of the script
   */
  static long value(String text, Map<String, Long> names) {
    Expression e = new Expression(text, names);
    long value = e.sum();
    if (e.at < text.length()) {
      throw new IllegalArgumentException("\"" + text + "\" is no number: what is '" + text.charAt(e.at) + "'?");
    }
    return value;
  }

  private long sum() {
    long value = product();
    while (true) {
      if (take('+')) {
        value += product();
      } else if (take('-')) {
        value -= product();
      } else {
        return value;
      }
    }
  }

  private long product() {
    long value = factor();
    while (true) {
      if (take('*')) {
        value *= factor();
      } else if (take('/')) {
        value /= factor();
      } else {
        return value;
      }
    }
  }

  private long factor() {
    if (take('-')) {
      return -factor();
    }
    if (take('(')) {
      long value = sum();
      if (!take(')')) {
        throw new IllegalArgumentException("\"" + text + "\" lacks a ')'");
      }
      return value;
    }
    int start = at;
    while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
      at++;
    }
    String word = text.substring(start, at);
    if (word.isEmpty()) {
      throw new IllegalArgumentException("\"" + text + "\" is no number");
    }
    return Character.isDigit(word.charAt(0)) ? number(word) : name(word);
  }

  private static long number(String word) {
    try {
      return Long.decode(word);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + word + "\" is no number", e);
    }
  }

  private long name(String word) {
    Long value = names.get(word);
    if (value == null) {
      throw new IllegalArgumentException("\"" + word + "\" stands for nothing here; names: " + names.keySet());
    }
    return value;
  }

  private boolean take(char wanted) {
    boolean found = at < text.length() && text.charAt(at) == wanted;
    if (found) {
      at++;
    }
    return found;
  }
}
