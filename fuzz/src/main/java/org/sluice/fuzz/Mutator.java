package org.sluice.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes inputs of others: some small changes each, where a header may care. Decided by what is drawn alone. */
final class Mutator {
  private static final int MOST_CHANGES = 6;
  private static final int MOST_BYTES = 8192;
  private static final int[] EDGES = {0, 1, 2, 4, 5, 8, 16, 20, 40, 59, 60, 64, 0x7f, 0x80, 0xfe, 0xff};

  private final RandomGenerator random;
  private final List<byte[]> seeds;

  Mutator(RandomGenerator random, List<byte[]> seeds) {
    this.random = random;
    this.seeds = seeds;
  }

  private byte[] seed() {
    return seeds.get(random.nextInt(seeds.size())).clone();
  }

  byte[] next() {
    byte[] input = seed();
    for (int i = random.nextInt(MOST_CHANGES); i >= 0; i--) {
      input = input.length == 0 ? Packets.bytes(random.nextInt()) : change(input);
    }
    return input.length > MOST_BYTES ? Arrays.copyOf(input, MOST_BYTES) : input;
  }

  private byte[] change(byte[] input) {
    int at = random.nextInt(input.length);
    switch (random.nextInt(10)) {
      case 0, 1 -> input[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      case 2 -> input[at] = (byte) random.nextInt();
      case 3, 4 -> input[at] = (byte) EDGES[random.nextInt(EDGES.length)];
      case 5 -> input[at] += (byte) (random.nextInt(9) - 4);
      case 6 -> {
        return Arrays.copyOf(input, at);
      }
      case 7 -> {
        int end = Math.min(input.length, at + 1 + random.nextInt(16));
        return Packets.join(Arrays.copyOf(input, at), Arrays.copyOfRange(input, end, input.length));
      }
      case 8 -> {
        // Something of another one, or of itself.
        byte[] other = random.nextBoolean() ? seed() : input;
        int from = random.nextInt(other.length + 1);
        int end = Math.min(other.length, from + random.nextInt(64));
        return Packets.join(Arrays.copyOf(input, at), Arrays.copyOfRange(other, from, end),
            Arrays.copyOfRange(input, at, input.length));
      }
      default -> {
        return Packets.join(input, seed());
      }
    }
    return input;
  }
}
