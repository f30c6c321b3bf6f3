package org.sluice.benchmarks.soak;

import java.util.SplittableRandom;

/**
 * What goes in one direction of a session.
 *
 * @param seed decides each step of both sides
 * @param bytes all of it; 0 when nothing goes this way
 * @param largestMessage bytes
 * @param stallOneIn after one in so many steps a side stalls
 * @param longestStallNs how long at most
 * @param virtualSender whether the sending thread is a virtual one
 * @param virtualReceiver whether the receiving thread is a virtual one
 */
record Way(
    long seed,
    long bytes,
    int largestMessage,
    int stallOneIn,
    int longestStallNs,
    boolean virtualSender,
    boolean virtualReceiver) {
  private static final int MOST_MESSAGES = 600;
  private static final int LEAST_STALL_NS = 10_000;

  static Way draw(SplittableRandom random) {
    int largest = lengthUpTo(random, Pattern.MOST_BYTES);
    int messages = lengthUpTo(random, MOST_MESSAGES);
    // Half of the messages of logarithmically drawn lengths are much shorter than the largest.
    long bytes = 1 + random.nextLong((long) messages * Math.max(1, largest / 4));
    int stallOneIn = 1 << random.nextInt(3, 10);
    int longestStallNs = LEAST_STALL_NS << random.nextInt(10);
    return new Way(random.nextLong(), bytes, largest, stallOneIn, longestStallNs, random.nextBoolean(),
        random.nextBoolean());
  }

  static Way none() {
    return new Way(0, 0, 1, 1, LEAST_STALL_NS, false, false);
  }

  /** A length of 1 to most; each order of magnitude is as likely as another. */
  static int lengthUpTo(SplittableRandom random, int most) {
    int bits = random.nextInt(Integer.SIZE - Integer.numberOfLeadingZeros(most) + 1);
    return Math.min(most, 1 + random.nextInt(1 << Math.min(bits, Integer.SIZE - 2)));
  }

  /** A stall after this step, or 0. */
  long drawStallNs(SplittableRandom random) {
    return random.nextInt(stallOneIn) == 0 ? random.nextInt(longestStallNs) : 0;
  }

  /** The steps of a side. */
  SplittableRandom steps(boolean sender) {
    return new SplittableRandom(sender ? seed : ~seed);
  }
}
