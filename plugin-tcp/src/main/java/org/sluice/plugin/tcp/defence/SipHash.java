package org.sluice.plugin.tcp.defence;

import org.sluice.spi.session.FlowKey;

/**
 * SipHash-2-4 under a key: who does not know it cannot predict what any input yields. Of messages of six 64-bit words,
 * little-endian; without objects, and immutable.
 */
final class SipHash {
  private static final int MESSAGE_BYTES = 6 * Long.BYTES;
  private static final long INIT0 = 0x736f6d6570736575L;
  private static final long INIT1 = 0x646f72616e646f6dL;
  private static final long INIT2 = 0x6c7967656e657261L;
  private static final long INIT3 = 0x7465646279746573L;

  private final long k0;
  private final long k1;

  SipHash(long k0, long k1) {
    this.k0 = k0;
    this.k1 = k1;
  }

  /** Of a flow's addresses and ports, a number that goes with them, and one more word. */
  long of(FlowKey flow, int number, long last) {
    long ports = (long) flow.localPort() << 48 | (long) flow.remotePort() << 32 | Integer.toUnsignedLong(number);
    return of(flow.localHigh(), flow.localLow(), flow.remoteHigh(), flow.remoteLow(), ports, last);
  }

  long of(long a, long b, long c, long d, long e, long f) {
    long v0 = k0 ^ INIT0;
    long v1 = k1 ^ INIT1;
    long v2 = k0 ^ INIT2;
    long v3 = k1 ^ INIT3;
    long word = a;
    // Six words, the length, and two more pairs of rounds at the end.
    for (int i = 0; i < 9; i++) {
      if (i == 7) {
        v2 ^= 0xff;
      }
      if (i < 7) {
        v3 ^= word;
      }
      for (int round = 0; round < 2; round++) {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
      }
      if (i < 7) {
        v0 ^= word;
      }
      word = switch (i) {
        case 0 -> b;
        case 1 -> c;
        case 2 -> d;
        case 3 -> e;
        case 4 -> f;
        default -> (long) MESSAGE_BYTES << 56;
      };
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }
}
