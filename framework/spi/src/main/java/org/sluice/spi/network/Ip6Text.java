package org.sluice.spi.network;

/** The recommended text form of IPv6 addresses, RFC 5952 section 4. */
final class Ip6Text {
  private static final int GROUPS = 8;

  private Ip6Text() {}

  static String format(long high, long low) {
    int runStart = -1;
    int runLength = 1;
    for (int i = 0; i < GROUPS; ) {
      int end = i;
      while (end < GROUPS && group(high, low, end) == 0) {
        end++;
      }
      if (end - i > runLength) {
        runStart = i;
        runLength = end - i;
      }
      i = Math.max(end, i + 1);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == runStart) {
        text.append("::");
        i += runLength - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(group(high, low, i)));
    }
    return text.toString();
  }

  private static int group(long high, long low, int i) {
    long half = i < GROUPS / 2 ? high : low;
    return (int) (half >>> (48 - 16 * (i % (GROUPS / 2)))) & 0xffff;
  }
}
