package org.sluice.benchmarks.soak;

import java.util.SplittableRandom;
import org.sluice.spi.application.AttachOptions;

/**
 * What two applications do while they are attached: a few sessions, one after the other. A session that detaches one of
 * them is the last.
 *
 * @param seed the sessions are drawn from this
 * @param sessions how many at most
 * @param callbackServer whether the server is callbacks on a worker instead of threads
 * @param clientFifoBytes of the client, both FIFOs
 * @param serverFifoBytes of the server, both FIFOs
 */
record Chapter(long seed, int sessions, boolean callbackServer, int clientFifoBytes, int serverFifoBytes) {
  private static final int MOST_SESSIONS = 24;
  private static final int LEAST_FIFO_BYTES = 4 << 10;
  private static final int FIFO_SIZES = 9;
  private static final long SEGMENT_BYTES = 4 << 20;
  private static final int MOST_SEGMENTS = 64;

  /** The chapter of a pair with this number. */
  static Chapter draw(long runSeed, int pair, int number) {
    long seed = runSeed * 0x9E3779B97F4A7C15L + ((long) pair << Integer.SIZE) + number;
    SplittableRandom random = new SplittableRandom(seed);
    return new Chapter(random.nextLong(), 1 + random.nextInt(MOST_SESSIONS), random.nextInt(3) == 0,
        LEAST_FIFO_BYTES << random.nextInt(FIFO_SIZES), LEAST_FIFO_BYTES << random.nextInt(FIFO_SIZES));
  }

  Script script(int session) {
    return Script.draw(seed + session);
  }

  AttachOptions options(End end, String name) {
    int bytes = end == End.CLIENT ? clientFifoBytes : serverFifoBytes;
    return AttachOptions.named(name).with().fifoBytes(bytes, bytes)
        .segments(SEGMENT_BYTES, SEGMENT_BYTES, MOST_SEGMENTS).build();
  }
}
