package org.sluice.spi.header;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Packets for tests. */
final class Bytes {
  private Bytes() {}

  /** Memory of exactly these bytes, blanks ignored. */
  static MemorySegment hex(String hex) {
    return MemorySegment.ofArray(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  static MemorySegment random(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return MemorySegment.ofArray(bytes);
  }

  static String hex(MemorySegment m) {
    return HexFormat.of().formatHex(m.toArray(ValueLayout.JAVA_BYTE));
  }
}
