package org.sluice.plugin.http.respond;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One range of bytes (RFC 9110 section 14.1.2).
 *
 * @param first the first byte
 * @param lengthBytes how many; 0 when none of the range is in the file
 */
record ByteRange(long first, long lengthBytes) {
  private static final String UNIT = "bytes=";
  private static final ByteRange NOTHING = new ByteRange(0, 0);

  /** The range in a file of that size, or null for the whole: other units, more than one range, and nonsense. */
  static @Nullable ByteRange of(String value, long sizeBytes) {
    if (!value.toLowerCase(Locale.ROOT).startsWith(UNIT)) {
      return null;
    }
    String range = value.substring(UNIT.length()).strip();
    int dash = range.indexOf('-');
    long first = dash < 0 ? -1 : number(range, 0, dash);
    long last = dash < 0 ? -1 : number(range, dash + 1, range.length());
    boolean isSuffix = dash == 0 && last >= 0;
    boolean isOpen = first >= 0 && dash == range.length() - 1;
    if (isSuffix) {
      // All of an empty file is no range that could be told.
      long length = Math.min(last, sizeBytes);
      return last > 0 && sizeBytes == 0 ? null : new ByteRange(sizeBytes - length, length);
    }
    if (first < 0 || !isOpen && last < first) {
      return null;
    }
    if (first >= sizeBytes) {
      return NOTHING;
    }
    return new ByteRange(first, isOpen ? sizeBytes - first : Math.min(last, sizeBytes - 1) - first + 1);
  }

  /** The digits, the largest number for too many of them, -1 when there are none or others. */
  private static long number(String text, int from, int to) {
    long number = from == to ? -1 : 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : 10 * number + digit;
    }
    return number;
  }
}
