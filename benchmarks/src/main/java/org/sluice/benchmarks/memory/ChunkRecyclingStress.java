package org.sluice.benchmarks.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/**
 * The consumer goes on to the next chunk while the producer, at the end of that one, takes back the chunk before it and
 * writes it full again.
 */
@JCStressTest
@State
@Outcome(id = {"1, 0, 2", "1, 2, 3"}, expect = Expect.ACCEPTABLE, desc = "in order")
@Outcome(id = "1, 2, 0", expect = Expect.ACCEPTABLE, desc = "in order; the producer found no room for the third")
@Outcome(expect = Expect.FORBIDDEN, desc = "bytes of another position")
public class ChunkRecyclingStress {

  private static final int CHUNK_LONGS = 512;

  private final StressFifo fifo = new StressFifo();

  /** The first chunk is read and the second full: both chunks are in the list, the consumer stands at the edge. */
  public ChunkRecyclingStress() {
    fifo.write(CHUNK_LONGS, 9);
    fifo.read(CHUNK_LONGS);
    fifo.write(CHUNK_LONGS / 2, 1);
  }

  /** Writes over the edge of the second chunk. */
  @Actor
  public void producer() {
    fifo.write(CHUNK_LONGS / 2, 2);
    fifo.write(CHUNK_LONGS / 2, 3);
  }

  /** Leaves the first chunk behind. */
  @Actor
  public void consumer(JJJ_Result result) {
    result.r1 = fifo.read(CHUNK_LONGS / 2);
    result.r2 = fifo.read(CHUNK_LONGS / 2);
  }

  /** The message after those that were read. */
  @Arbiter
  public void rest(JJJ_Result result) {
    result.r3 = fifo.read(CHUNK_LONGS / 2);
    fifo.leave();
  }
}
