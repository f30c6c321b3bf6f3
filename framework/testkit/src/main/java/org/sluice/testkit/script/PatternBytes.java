package org.sluice.testkit.script;

/** The bytes that both sides send: each byte follows from its place in the stream, so that a wrong one is seen. */
final class PatternBytes {
  private static final int OWN = 7;
  private static final int PEERS = 101;
  private static final int JUNK = 0x5a;

  private PatternBytes() {}

  static byte own(long position) {
    return (byte) (position * OWN + (position >> 8));
  }

  static byte peers(long position) {
    return (byte) (position * PEERS + (position >> 8));
  }

  /** What is not what belongs there. */
  static byte junk(long position) {
    return (byte) (peers(position) ^ JUNK);
  }
}
