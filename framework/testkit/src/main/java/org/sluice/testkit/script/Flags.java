package org.sluice.testkit.script;

import org.sluice.spi.header.TcpHeader;

/** The flags of a segment as letters. */
final class Flags {
  private static final String LETTERS = "FSRPAUECN";
  private static final String NONE = "-";
  private static final String SHOWN = "SFRPAUECN";

  private Flags() {}

  static int of(String text) {
    int flags = 0;
    if (text.equals(NONE)) {
      return flags;
    }
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      int bit = LETTERS.indexOf(letter);
      if (bit < 0) {
        throw new IllegalArgumentException("\"" + text + "\" are no flags: " + LETTERS + " or - for none");
      }
      flags |= 1 << bit;
    }
    return flags;
  }

  static String text(int flags) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < SHOWN.length(); i++) {
      char letter = SHOWN.charAt(i);
      if ((flags & 1 << LETTERS.indexOf(letter)) != 0) {
        text.append(letter);
      }
    }
    return text.isEmpty() ? NONE : text.toString();
  }

  /** What a segment takes of the sequence space beside its payload. */
  static int sequenceLength(int flags) {
    return Integer.bitCount(flags & (TcpHeader.SYN | TcpHeader.FIN));
  }
}
