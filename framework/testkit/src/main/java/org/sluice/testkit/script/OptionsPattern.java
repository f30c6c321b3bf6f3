package org.sluice.testkit.script;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The options of a segment as a script says them. */
final class OptionsPattern {
  /** {@code <*>}. */
  private final boolean any;
  @Nullable Range mss;
  @Nullable Range scale;
  boolean sackPermitted;
  boolean timestamps;
  Range value = Range.ANY;
  Range echo = Range.ANY;
  final List<Block> blocks = new ArrayList<>();
  final List<byte[]> raw = new ArrayList<>();

  /** A block of the SACK option. */
  record Block(Range left, Range right) {
    boolean has(SeenSegment.Block block) {
      return left.has(block.left()) && right.has(block.right());
    }
  }

  private OptionsPattern(boolean any) {
    this.any = any;
  }

  /** Reads what stands between the brackets. */
  static OptionsPattern of(String text, Map<String, Long> names) {
    OptionsPattern options = new OptionsPattern(text.strip().equals("*"));
    if (!options.any && !text.isBlank()) {
      for (String option : text.split(",", -1)) {
        options.add(option.strip().split("\\s+", -1), names);
      }
    }
    return options;
  }

  private void add(String[] words, Map<String, Long> names) {
    switch (words[0]) {
      case "mss" -> mss = Range.of(argument(words), names);
      case "ws" -> scale = Range.of(argument(words), names);
      case "sackok" -> sackPermitted = true;
      case "raw" -> raw.add(HexFormat.of().parseHex(argument(words)));
      case "ts" -> {
        timestamps = true;
        if (words.length > 1) {
          String[] both = words[1].split(":", -1);
          value = Range.of(both[0], names);
          echo = Range.of(both[1], names);
        }
      }
      case "sack" -> {
        for (int i = 1; i < words.length; i++) {
          int comma = words[i].indexOf(':');
          if (comma < 0) {
            throw new IllegalArgumentException("a block is LEFT:RIGHT, not \"" + words[i] + "\"");
          }
          blocks.add(new Block(Range.of(words[i].substring(0, comma), names),
              Range.of(words[i].substring(comma + 1), names)));
        }
      }
      default -> throw new IllegalArgumentException("no option \"" + words[0] + "\": mss ws sackok sack ts raw *");
    }
  }

  private static String argument(String[] words) {
    if (words.length != 2) {
      throw new IllegalArgumentException("option " + words[0] + " takes one value");
    }
    return words[1];
  }

  // ---- What was sent.

  /** What of a segment's options differs from what a script says; null when nothing does. */
  static @Nullable String difference(@Nullable OptionsPattern wanted, SeenSegment seen) {
    if (wanted == null) {
      boolean plain = seen.mss < 0 && seen.scale < 0 && !seen.sackPermitted && seen.blocks.isEmpty()
          && seen.others.isEmpty();
      return plain ? null : "there are options";
    }
    return wanted.any ? null : wanted.difference(seen);
  }

  private @Nullable String difference(SeenSegment seen) {
    if (differs(mss, seen.mss)) {
      return "mss";
    }
    if (differs(scale, seen.scale)) {
      return "ws";
    }
    if (sackPermitted != seen.sackPermitted) {
      return "sackok";
    }
    if (timestamps != seen.timestamps) {
      return "ts";
    }
    if (timestamps && !value.has(seen.value)) {
      return "the value of ts";
    }
    if (timestamps && !echo.has(seen.echo)) {
      return "the echo of ts";
    }
    if (!raw.isEmpty() || !seen.others.isEmpty()) {
      return "unknown options";
    }
    boolean equal = blocks.size() == seen.blocks.size();
    for (int i = 0; equal && i < blocks.size(); i++) {
      equal = blocks.get(i).has(seen.blocks.get(i));
    }
    return equal ? null : "sack";
  }

  private static boolean differs(@Nullable Range wanted, int seen) {
    return wanted == null ? seen >= 0 : seen < 0 || !wanted.has(seen);
  }
}
