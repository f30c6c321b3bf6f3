package org.sluice.benchmarks.sidebyside.afxdp;

/**
 * One end of a TCP connection that carries a stream one way. The writing end writes from {@link #begin} until {@link
 * #stop}; the reading end counts what it took.
 */
interface End extends AutoCloseable {
  /** How much one write, and one read, takes. */
  int BLOCK_BYTES = 64 << 10;

  /** Every byte, so that each can be looked at wherever a read begins. */
  byte PATTERN = 0x5a;

  /** Eight of them. */
  long PATTERNS = 0x5a5a_5a5a_5a5a_5a5aL;

  /** Begins to write. */
  void begin() throws Exception;

  /** Ends writing; what was written so far is under way or there. */
  long stop() throws Exception;

  /** What was taken so far; for any thread. */
  long taken();

  /** Zero while every byte that was taken is right; for any thread. */
  long wrong();

  @Override
  void close() throws Exception;
}
