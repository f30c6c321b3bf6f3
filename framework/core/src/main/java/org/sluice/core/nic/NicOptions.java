package org.sluice.core.nic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sluice.spi.nic.NicException;

/**
 * The options of a card as an operator writes them, with their units. What is wrong is collected, so that one error
 * tells all of it: a value that cannot be read counts as its default until {@link #check}.
 */
final class NicOptions {
  private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)([a-z%]*)");
  private static final Map<String, Double> RATES = Map.of("bit", 1.0, "kbit", 1e3, "mbit", 1e6, "gbit", 1e9);
  private static final Map<String, Double> TIMES = Map.of("ns", 1.0, "us", 1e3, "ms", 1e6, "s", 1e9);
  private static final Map<String, Double> SHARES = Map.of("%", 0.01);

  private final Map<String, String> given;
  private final TreeSet<String> known = new TreeSet<>();
  private final List<String> wrong = new ArrayList<>();

  NicOptions(Map<String, String> given) {
    this.given = given;
  }

  String text(String key, String otherwise) {
    known.add(key);
    return given.getOrDefault(key, otherwise);
  }

  boolean flag(String key) {
    String value = text(key, "false");
    if (!value.equals("true") && !value.equals("false")) {
      wrong.add("'" + key + "=" + value + "' is neither true nor false.");
    }
    return value.equals("true");
  }

  long number(String key, long otherwise, long least, long most) {
    String value = text(key, Long.toString(otherwise));
    if (value.matches("[0-9]{1,19}")) {
      // 19 digits are more than a long has and less than an unsigned one: those over the range become negative.
      long number = Long.parseUnsignedLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    }
    wrong.add("'" + key + "=" + value + "' is no number from " + least + " to " + most + ".");
    return otherwise;
  }

  /** Bits per second; 0 when not given. */
  long rate(String key, long most) {
    return quantity(key, RATES, 0, most, "a rate from 1bit to " + most / 1_000_000_000 + "gbit, for example 10gbit");
  }

  /** Nanoseconds. */
  long duration(String key, long otherwise, long most) {
    return quantity(key, TIMES, otherwise, most, "a time from 0ns to " + most / 1_000_000_000 + "s, for example 5ms");
  }

  private long quantity(String key, Map<String, Double> units, long otherwise, long most, String what) {
    double value = quantity(key, units, what);
    if (value < 0) {
      return otherwise;
    }
    long rounded = Math.round(value);
    if (rounded > most || rounded == 0 && value > 0) {
      wrong.add("'" + key + "=" + given.get(key) + "' is not " + what + ".");
    }
    return rounded;
  }

  /** A probability, 0 to 1. */
  double share(String key) {
    String what = "a share from 0% to 100%, for example 0.1%";
    double value = quantity(key, SHARES, what);
    if (value > 1) {
      wrong.add("'" + key + "=" + given.get(key) + "' is not " + what + ".");
    }
    return Math.clamp(value, 0, 1);
  }

  /** The value in the smallest unit; negative when there is none. */
  private double quantity(String key, Map<String, Double> units, String what) {
    String value = text(key, "");
    if (!given.containsKey(key)) {
      return -1;
    }
    Matcher parts = QUANTITY.matcher(value);
    Double unit = parts.matches() ? units.get(parts.group(2)) : null;
    if (unit == null) {
      wrong.add("'" + key + "=" + value + "' is not " + what + ".");
      return -1;
    }
    return Double.parseDouble(parts.group(1)) * unit;
  }

  void refuse(String sentence) {
    wrong.add(sentence);
  }

  /** Refuses what is wrong and what nobody has asked for. */
  void check(String card) throws NicException {
    List<String> unknown = given.keySet().stream().filter(key -> !known.contains(key)).sorted().toList();
    if (!unknown.isEmpty()) {
      wrong.add(unknown.stream().collect(Collectors.joining("', '", "there is no option '", "'")) + "; there are: "
          + String.join(", ", known) + ".");
    }
    if (!wrong.isEmpty()) {
      throw new NicException(card + " cannot be made: " + String.join(" ", wrong));
    }
  }
}
