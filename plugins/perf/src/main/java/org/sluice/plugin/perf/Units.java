package org.sluice.plugin.perf;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and times as the configuration writes them, in one word: {@code 64KiB}, {@code 5s}. */
final class Units {
  private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,9})([A-Za-z]*)");
  private static final Map<String, Long> SIZES = Map.of("", 1L, "B", 1L, "kB", 1_000L, "MB", 1_000_000L,
      "K", 1L << 10, "KiB", 1L << 10, "M", 1L << 20, "MiB", 1L << 20, "G", 1L << 30, "GiB", 1L << 30);
  private static final Map<String, Long> TIMES = Map.of("ns", 1L, "us", 1_000L, "ms", 1_000_000L,
      "s", 1_000_000_000L, "m", 60_000_000_000L, "h", 3_600_000_000_000L);

  private Units() {}

  /** Bytes, or empty for what is no size. */
  static OptionalLong bytes(String word) {
    return amount(word, SIZES);
  }

  /** Nanoseconds, or empty for what is no time. */
  static OptionalLong nanoseconds(String word) {
    return amount(word, TIMES);
  }

  /** A size as a person would write it. */
  static String sizeText(long bytes) {
    if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + " MiB";
    }
    return bytes >= 1 << 10 && bytes % (1 << 10) == 0 ? (bytes >> 10) + " KiB" : bytes + " B";
  }

  /** A rate of bytes as a person would read it. */
  static String rateText(double bytesPerSecond) {
    return String.format(Locale.ROOT, "%.1f MB/s", bytesPerSecond / 1e6);
  }

  private static OptionalLong amount(String word, Map<String, Long> units) {
    Matcher matcher = AMOUNT.matcher(word);
    Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
    if (unit == null || Long.parseLong(matcher.group(1)) > Long.MAX_VALUE / 2 / unit) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(matcher.group(1)) * unit);
  }
}
