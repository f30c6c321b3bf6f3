package org.sluice.host.boot;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Processors as the kernel writes them: numbers and ranges, as in {@code 0,2-5}. */
final class CpuList {
  private static final Pattern PART = Pattern.compile("(\\d{1,4})(?:-(\\d{1,4}))?");

  private CpuList() {}

  /**
   * Reads a list.
   *
   * @return the numbers in their order; none of an empty text
   * @throws IllegalArgumentException when it is none
   */
  static int[] parse(String text) {
    IntStream numbers = IntStream.empty();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      Matcher range = PART.matcher(part.strip());
      if (!range.matches()) {
        throw new IllegalArgumentException("cpus: '" + part + "' is no number and no range as in 2-5");
      }
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      if (last < first) {
        throw new IllegalArgumentException("cpus: '" + part + "' runs backwards; write " + last + "-" + first);
      }
      numbers = IntStream.concat(numbers, IntStream.rangeClosed(first, last));
    }
    return numbers.toArray();
  }
}
