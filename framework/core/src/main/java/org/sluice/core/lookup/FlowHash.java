package org.sluice.core.lookup;

import java.util.random.RandomGenerator;
import org.sluice.spi.session.FlowKey;

/**
 * Hashes flow keys with secrets of one table: who does not know them cannot choose flows that collide. Each step
 * multiplies two words to 128 bits and folds the halves.
 */
final class FlowHash {
  private final long s0;
  private final long s1;
  private final long s2;
  private final long s3;
  private final long s4;
  private final long s5;

  FlowHash(RandomGenerator random) {
    s0 = random.nextLong();
    s1 = random.nextLong();
    s2 = random.nextLong();
    s3 = random.nextLong();
    s4 = random.nextLong();
    s5 = random.nextLong();
  }

  long of(FlowKey key) {
    return of(key.localHigh(), key.localLow(), key.remoteHigh(), key.remoteLow(), ports(key), scope(key));
  }

  long of(long localHigh, long localLow, long remoteHigh, long remoteLow, long ports, long scope) {
    long local = fold(localHigh ^ s0, localLow ^ s1);
    long remote = fold(remoteHigh ^ s2, remoteLow ^ s3);
    return fold(local ^ ports ^ s4, remote ^ scope ^ s5);
  }

  /** Both ports in one word. */
  static long ports(FlowKey key) {
    return ((long) key.localPort() << 16) | key.remotePort();
  }

  /** Table and protocol in one word. */
  static long scope(FlowKey key) {
    return ((long) key.table() << 32) | (key.protocol() & 0xffff_ffffL);
  }

  private static long fold(long a, long b) {
    return Math.unsignedMultiplyHigh(a, b) ^ a * b;
  }
}
