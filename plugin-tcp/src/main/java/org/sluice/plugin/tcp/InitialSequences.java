package org.sluice.plugin.tcp;

import java.util.random.RandomGenerator;

/**
 * Initial sequence numbers after RFC 6528: a clock of 4 us plus a keyed hash of the flow, so that numbers of one flow
 * go up and those of others say nothing about them. Timestamp offsets are made in the same way (RFC 7323 section 5.4).
 * Immutable; any context.
 */
final class InitialSequences {
  private static final long TICK_NS = 4_000;
  private static final long STAMPS = 0x5bd1e995L;

  private final long key0;
  private final long key1;

  InitialSequences(RandomGenerator random) {
    key0 = random.nextLong();
    key1 = random.nextLong();
  }

  int next(long local, long remote, int localPort, int remotePort, long nowNs) {
    return (int) (nowNs / TICK_NS) + (int) hash(local, remote, (long) localPort << 16 | remotePort);
  }

  int timestampOffset(long local, long remote, int localPort, int remotePort) {
    return (int) hash(local, remote, ((long) localPort << 16 | remotePort) + (STAMPS << 32));
  }

  /** SipHash-2-4 of three words. */
  private long hash(long a, long b, long c) {
    long v0 = key0 ^ 0x736f6d6570736575L;
    long v1 = key1 ^ 0x646f72616e646f6dL;
    long v2 = key0 ^ 0x6c7967656e657261L;
    long v3 = key1 ^ 0x7465646279746573L;
    for (int i = 0; i < 4; i++) {
      long word = switch (i) {
        case 0 -> a;
        case 1 -> b;
        case 2 -> c;
        default -> 24L << 56;
      };
      v3 ^= word;
      for (int round = 0; round < 2; round++) {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
      }
      v0 ^= word;
    }
    v2 ^= 0xff;
    for (int round = 0; round < 4; round++) {
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }
}
