package org.sluice.spi.session;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.WriteView;

/**
 * The writing side of a {@link SessionStream}: for one thread at a time. Counts and codes share results: not negative
 * is a count, negative a {@link SessionError#code()}. Nothing here allocates.
 *
 * <p>The result is CLOSED once the peer has closed or this side was half-closed, RESET after an abort of the peer, and
 * NOSESSION after the application closed the session or detached. Those results are final.
 */
public interface StreamWriter {

  /**
   * Writes what fits, without waiting, and tells the peer.
   *
   * @param source where the bytes are; the caller's, free again on return
   * @param offset the first byte
   * @param lengthBytes how many
   * @return bytes taken, 0 when full; or CLOSED, RESET, NOSESSION, SEG_NO_SPACE (no chunk was free), CORRUPT
   */
  int offer(MemorySegment source, long offset, int lengthBytes);

  /**
   * The same from an array.
   *
   * @param source where the bytes are
   * @param offset the first byte
   * @param lengthBytes how many
   * @return see {@link #offer(MemorySegment, long, int)}
   */
  int offer(byte[] source, int offset, int lengthBytes);

  /**
   * Writes all, waiting for room.
   *
   * @param source where the bytes are
   * @param offset the first byte
   * @param lengthBytes how many
   * @return lengthBytes; less when the session ended or the segment had no free chunk in between; NOSESSION,
   *     SEG_NO_SPACE and the like when nothing was written. Of bytes that are taken while another thread closes the
   *     session, the peer may get none
   * @throws InterruptedException when the thread is interrupted while it waits; what had fitted was written
   */
  int write(MemorySegment source, long offset, int lengthBytes) throws InterruptedException;

  /**
   * The same from an array.
   *
   * @param source where the bytes are
   * @param offset the first byte
   * @param lengthBytes how many
   * @return see {@link #write(MemorySegment, long, int)}
   * @throws InterruptedException when the thread is interrupted while it waits; what had fitted was written
   */
  int write(byte[] source, int offset, int lengthBytes) throws InterruptedException;

  /**
   * Opens room to write in place, without waiting; see {@link org.sluice.spi.memory.FifoProducer#claim}. Until its
   * {@link WriteView#commit} or {@link WriteView#abort} no other call of this writer is allowed. Commit tells the peer.
   *
   * @param maxBytes how much is wanted, at least 1
   * @return the view; or null when there is no room, {@link #writable} says why
   */
  @Nullable WriteView claim(int maxBytes);

  /**
   * What would be taken now.
   *
   * @return bytes, 0 when full; or CLOSED, RESET, NOSESSION, CORRUPT; once after a claim that was refused although
   *     there is room, SEG_NO_SPACE: no chunk was free, and nobody tells when one is
   */
  int writable();

  /**
   * Waits for room.
   *
   * @param bytes how much, 1 to the capacity of the FIFO
   * @param timeoutNs the longest wait in nanoseconds; {@link Long#MAX_VALUE} for no limit
   * @return what {@link #writable} yields; less than asked when the time is over
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  int await(int bytes, long timeoutNs) throws InterruptedException;

  /** Asks the transport to send what is queued now, also where it fills no segment. Does not wait. */
  void flush();

  /**
   * Half close: nothing more is written, what was written is delivered, reading goes on. Does not wait.
   *
   * @return NONE; NOSESSION when the session is gone
   */
  SessionError shutdown();
}
