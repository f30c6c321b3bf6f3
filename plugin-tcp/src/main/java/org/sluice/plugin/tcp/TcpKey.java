package org.sluice.plugin.tcp;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.ConfigurationException;

/**
 * A key of {@code reference.conf}, as the console shows and sets it.
 *
 * @param name below {@code plugins.tcp}
 * @param kind what its values are
 * @param atRuntime whether it can be changed while the plugin runs
 */
record TcpKey(String name, Kind kind, boolean atRuntime) {
  private static final Pattern QUANTITY = Pattern.compile("([0-9]+)\\s*([A-Za-z]*)");

  /** What values are. */
  enum Kind {
    /** A whole number. */
    NUMBER,
    /** A size. */
    BYTES,
    /** A time. */
    DURATION,
    /** A switch. */
    FLAG,
    /** A word. */
    TEXT
  }

  /** All keys, in the order of {@code reference.conf}. */
  static List<TcpKey> all() {
    return List.of(
        atRuntime("max-receive-window", Kind.BYTES),
        atRuntime("receive-window-tuning", Kind.FLAG),
        atRuntime("syn-window", Kind.BYTES),
        atRuntime("initial-window", Kind.NUMBER),
        atRuntime("congestion", Kind.TEXT),
        atStart("pacing", Kind.FLAG),
        atRuntime("ecn", Kind.TEXT),
        atRuntime("nagle", Kind.FLAG),
        atRuntime("delayed-ack", Kind.DURATION),
        atRuntime("rto.initial", Kind.DURATION),
        atRuntime("rto.min", Kind.DURATION),
        atRuntime("rto.max", Kind.DURATION),
        atRuntime("connect-timeout", Kind.DURATION),
        atRuntime("syn-ack-retries", Kind.NUMBER),
        atRuntime("syn-cookies", Kind.TEXT),
        atRuntime("retransmit-limit", Kind.NUMBER),
        atRuntime("persist-limit", Kind.NUMBER),
        atRuntime("fin-wait-2", Kind.DURATION),
        atRuntime("time-wait", Kind.DURATION),
        atRuntime("keep-alive.idle", Kind.DURATION),
        atRuntime("keep-alive.interval", Kind.DURATION),
        atRuntime("keep-alive.probes", Kind.NUMBER),
        atStart("limit.connections", Kind.NUMBER),
        atRuntime("limit.syn-backlog", Kind.NUMBER),
        atStart("limit.segments-in-flight", Kind.NUMBER),
        atStart("limit.idle-senders", Kind.NUMBER),
        atRuntime("limit.challenge-acks", Kind.NUMBER),
        atStart("limit.time-wait", Kind.NUMBER),
        atStart("limit.idle-paths", Kind.NUMBER),
        atStart("limit.hand-over", Kind.NUMBER));
  }

  private static Map<String, Long> sizes() {
    return Map.of("", 1L, "B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);
  }

  private static Map<String, Long> times() {
    return Map.of("us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L, "m", 60_000_000_000L, "h", 3_600_000_000_000L,
        "d", 86_400_000_000_000L);
  }

  private static TcpKey atRuntime(String name, Kind kind) {
    return new TcpKey(name, kind, true);
  }

  private static TcpKey atStart(String name, Kind kind) {
    return new TcpKey(name, kind, false);
  }

  /** Reads a value as people write it: the type that {@link Configuration} gives. */
  Object parse(String text) {
    return switch (kind) {
      case NUMBER -> quantity(text, Map.of("", 1L), "a whole number");
      case BYTES -> quantity(text, sizes(), "a size such as 64 KiB");
      case DURATION -> Duration.ofNanos(quantity(text, times(), "a time such as 200 ms"));
      case FLAG -> flag(text);
      case TEXT -> text;
    };
  }

  private long quantity(String text, Map<String, Long> units, String wanted) {
    Matcher matcher = QUANTITY.matcher(text);
    Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
    if (unit == null) {
      throw bad(text, wanted);
    }
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
    } catch (ArithmeticException | NumberFormatException e) {
      throw bad(text, wanted);
    }
  }

  private boolean flag(String text) {
    return switch (text) {
      case "true", "on", "yes" -> true;
      case "false", "off", "no" -> false;
      default -> throw bad(text, "true or false");
    };
  }

  private ConfigurationException bad(String text, String wanted) {
    return new ConfigurationException(name + " is '" + text + "', but must be " + wanted);
  }

  /** The value of a configuration as people write it. */
  String text(Configuration from) {
    return switch (kind) {
      case NUMBER -> Long.toString(from.number(name));
      case BYTES -> largest(from.bytes(name), List.of("GiB", "MiB", "KiB", "B"), sizes());
      case DURATION -> largest(from.duration(name).toNanos(), List.of("d", "h", "m", "s", "ms", "us"), times());
      case FLAG -> Boolean.toString(from.flag(name));
      case TEXT -> from.text(name);
    };
  }

  /** In the largest unit that leaves a whole number. */
  private static String largest(long value, List<String> downwards, Map<String, Long> units) {
    for (String unit : downwards) {
      long size = units.getOrDefault(unit, 1L);
      if (value != 0 && value % size == 0) {
        return value / size + " " + unit;
      }
    }
    return value + " " + downwards.getLast();
  }
}
