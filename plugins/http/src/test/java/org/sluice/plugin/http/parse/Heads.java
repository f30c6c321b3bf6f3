package org.sluice.plugin.http.parse;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Heads as texts, and what a parser makes of them. */
final class Heads {
  private static final int MAX_HEAD_BYTES = 1 << 14;

  private Heads() {}

  /** Each byte is a character, so that any byte can be written. */
  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static RequestParser parser() {
    return new RequestParser(MAX_HEAD_BYTES);
  }

  /** Feeds a part; returns how many bytes were taken. */
  static int feed(RequestParser parser, byte[] bytes, int from, int to) {
    return parser.feed(MemorySegment.ofArray(bytes), from, to - from);
  }

  /** The head of a text that has a complete one. */
  static RequestHead head(String text) {
    RequestParser parser = parser();
    byte[] bytes = bytes(text);
    int taken = feed(parser, bytes, 0, bytes.length);
    if (taken != bytes.length || parser.isReading() || parser.fault() != null) {
      throw new IllegalArgumentException("no head: " + text + ": " + parser.fault() + " at " + taken);
    }
    return parser.head();
  }

  /** What is known of a head, or what is wrong, or that more is wanted. */
  static String shown(RequestParser parser) {
    if (parser.fault() != null) {
      return parser.fault().name();
    }
    if (parser.isReading()) {
      return "more";
    }
    RequestHead head = parser.head();
    StringBuilder shown = new StringBuilder();
    shown.append(head.method()).append(' ')
        .append(new String(head.text(), 0, head.targetTo(), StandardCharsets.ISO_8859_1))
        .append(" 1.").append(head.minorVersion());
    for (int i = 0; i < head.lines(); i++) {
      shown.append(" | ").append(head.field(i)).append('=').append(head.value(i));
    }
    return shown.toString();
  }
}
