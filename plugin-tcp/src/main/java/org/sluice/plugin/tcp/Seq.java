package org.sluice.plugin.tcp;

/** Comparison of sequence numbers modulo 2^32 (RFC 9293 section 3.4). */
final class Seq {
  private Seq() {}

  static boolean before(int a, int b) {
    return a - b < 0;
  }

  static boolean after(int a, int b) {
    return a - b > 0;
  }

  static int max(int a, int b) {
    return a - b < 0 ? b : a;
  }
}
