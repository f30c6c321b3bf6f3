package org.sluice.core.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * Randomness that nobody can foretell, keyed by the operating system, which this class alone asks. Any context;
 * allocates nothing, and takes some nanoseconds: each connection may want a port.
 *
 * <p>The key stream of ChaCha20 (RFC 8439 section 2.3), a few blocks at a time, of which the first bytes are the next
 * key: what was given out cannot be found again from what is in memory later.
 */
public final class SystemRandom implements RandomGenerator {
  private static final int BLOCK_INTS = 16;
  private static final int KEY_INTS = 8;
  private static final int BLOCKS = 8;
  private static final int DOUBLE_ROUNDS = 10;

  private final int[] state = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  private final int[] stream = new int[BLOCKS * BLOCK_INTS];
  private int at = stream.length;

  /** Makes a generator with a key of its own. */
  public SystemRandom() {
    this(keyOfSystem());
  }

  /** With a key of 32 bytes. */
  SystemRandom(byte[] key) {
    ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(state, 4, KEY_INTS);
  }

  private static byte[] keyOfSystem() {
    byte[] key = new byte[KEY_INTS * Integer.BYTES];
    new SecureRandom().nextBytes(key);
    return key;
  }

  @Override
  public synchronized long nextLong() {
    if (at == stream.length) {
      refill();
    }
    long low = Integer.toUnsignedLong(stream[at]);
    long high = stream[at + 1];
    stream[at] = 0;
    stream[at + 1] = 0;
    at += 2;
    return high << Integer.SIZE | low;
  }

  private void refill() {
    for (int block = 0; block < BLOCKS; block++) {
      state[12] = block;
      block(state, stream, block * BLOCK_INTS);
    }
    System.arraycopy(stream, 0, state, 4, KEY_INTS);
    at = KEY_INTS;
  }

  /** The block function: 16 words of key stream for a state. */
  static void block(int[] state, int[] out, int to) {
    System.arraycopy(state, 0, out, to, BLOCK_INTS);
    for (int i = 0; i < DOUBLE_ROUNDS; i++) {
      quarterRound(out, to, to + 4, to + 8, to + 12);
      quarterRound(out, to + 1, to + 5, to + 9, to + 13);
      quarterRound(out, to + 2, to + 6, to + 10, to + 14);
      quarterRound(out, to + 3, to + 7, to + 11, to + 15);
      quarterRound(out, to, to + 5, to + 10, to + 15);
      quarterRound(out, to + 1, to + 6, to + 11, to + 12);
      quarterRound(out, to + 2, to + 7, to + 8, to + 13);
      quarterRound(out, to + 3, to + 4, to + 9, to + 14);
    }
    for (int i = 0; i < BLOCK_INTS; i++) {
      out[to + i] += state[i];
    }
  }

  private static void quarterRound(int[] x, int a, int b, int c, int d) {
    x[a] += x[b];
    x[d] = Integer.rotateLeft(x[d] ^ x[a], 16);
    x[c] += x[d];
    x[b] = Integer.rotateLeft(x[b] ^ x[c], 12);
    x[a] += x[b];
    x[d] = Integer.rotateLeft(x[d] ^ x[a], 8);
    x[c] += x[d];
    x[b] = Integer.rotateLeft(x[b] ^ x[c], 7);
  }
}
