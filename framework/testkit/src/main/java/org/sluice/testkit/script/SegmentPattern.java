package org.sluice.testkit.script;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.TcpHeader;

/** A segment as a script says it: what the peer sends, or what the stack has to send. */
final class SegmentPattern {
  private static final List<String> ECN = List.of("notect", "ect1", "ect0", "ce");

  final int flags;
  private final boolean anyFlags;
  final Range sequence;
  final Range length;
  @Nullable Range acknowledgement;
  @Nullable Range window;
  @Nullable Range urgent;
  final @Nullable OptionsPattern options;
  /** The ECN bits, or -1. */
  int ecn = -1;
  boolean junk;
  boolean badChecksum;

  private SegmentPattern(String text, Map<String, Long> names) {
    int bracket = text.indexOf('<');
    int end = text.lastIndexOf('>');
    if (bracket >= 0 && end < bracket) {
      throw new IllegalArgumentException("the options have no end");
    }
    options = bracket < 0 ? null : OptionsPattern.of(text.substring(bracket + 1, end), names);
    String plain = bracket < 0 ? text : text.substring(0, bracket) + text.substring(end + 1);
    String[] words = plain.strip().split("\\s+", -1);
    if (words.length < 2) {
      throw new IllegalArgumentException("a segment begins with flags and a sequence number");
    }
    anyFlags = words[0].equals("*");
    flags = anyFlags ? 0 : Flags.of(words[0]);
    int colon = words[1].indexOf(':');
    sequence = Range.of(colon < 0 ? words[1] : words[1].substring(0, colon), names);
    length = Range.of(colon < 0 ? "0" : words[1].substring(colon + 1), names);
    for (int i = 2; i < words.length; i++) {
      i += word(words[i], i + 1 < words.length ? words[i + 1] : "", names);
    }
  }

  static SegmentPattern of(String text, Map<String, Long> names) {
    return new SegmentPattern(text, names);
  }

  /** Reads one word; returns how many of the next it has used up. */
  private int word(String word, String next, Map<String, Long> names) {
    switch (word) {
      case "ack" -> acknowledgement = Range.of(next, names);
      case "win" -> window = Range.of(next, names);
      case "urg" -> urgent = Range.of(next, names);
      default -> {
        ecn = ECN.contains(word) ? ECN.indexOf(word) : ecn;
        junk |= word.equals("junk");
        badChecksum |= word.equals("badsum");
        if (!ECN.contains(word) && !word.equals("junk") && !word.equals("badsum")) {
          throw new IllegalArgumentException("what is \"" + word + "\"? ack, win, urg, " + ECN + ", junk, badsum");
        }
        return 0;
      }
    }
    return 1;
  }

  /** What the segment that came does not have in common with this one; null when it is the right one. */
  @Nullable String difference(SeenSegment seen) {
    int looked = (flags & TcpHeader.PSH) == 0 ? ~TcpHeader.PSH : ~0;
    if (!anyFlags && (seen.flags & looked) != flags) {
      return "the flags differ";
    }
    if (!sequence.has(seen.sequence)) {
      return "the sequence number differs";
    }
    if (!length.has(seen.length)) {
      return "the length differs";
    }
    if (acknowledgement != null && !acknowledgement.has(seen.acknowledgement)) {
      return "ack differs";
    }
    if (window != null && !window.has(seen.window)) {
      return "win differs";
    }
    if (urgent != null && !urgent.has(seen.urgent)) {
      return "urg differs";
    }
    if (ecn >= 0 && ecn != seen.ecn) {
      return "the ECN bits of the packet differ";
    }
    String option = OptionsPattern.difference(options, seen);
    if (option != null) {
      return option.startsWith("there") ? option : option + " differs";
    }
    return seen.payloadFault;
  }

  static String ecnText(int bits) {
    return ECN.get(bits);
  }
}
