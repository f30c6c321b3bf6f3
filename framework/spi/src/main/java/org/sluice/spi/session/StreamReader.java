package org.sluice.spi.session;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.memory.ReadView;

/**
 * The reading side of a {@link SessionStream}: for one thread at a time. Counts and codes share results: not negative
 * is a count, negative a {@link org.sluice.spi.error.SessionError#code()}. Nothing here allocates.
 *
 * <p>Once all is read the result is END_OF_STREAM when the peer has closed or half-closed, RESET when it aborted; it is
 * NOSESSION after the application closed the session or detached. Those results are final.
 */
public interface StreamReader {

  /**
   * Takes what is there, without waiting.
   *
   * @param target where to
   * @param offset where the first byte goes
   * @param lengthBytes the most wanted
   * @return bytes copied, 0 when none waits; or END_OF_STREAM, RESET, NOSESSION, CORRUPT
   */
  int poll(MemorySegment target, long offset, int lengthBytes);

  /**
   * The same into an array.
   *
   * @param target where to
   * @param offset where the first byte goes
   * @param lengthBytes the most wanted
   * @return see {@link #poll(MemorySegment, long, int)}
   */
  int poll(byte[] target, int offset, int lengthBytes);

  /**
   * Waits until something is there and takes it.
   *
   * @param target where to
   * @param offset where the first byte goes
   * @param lengthBytes the most wanted, at least 1
   * @return bytes copied, at least 1; or END_OF_STREAM, RESET, NOSESSION, CORRUPT
   * @throws InterruptedException when the thread is interrupted while it waits; nothing was taken
   */
  int read(MemorySegment target, long offset, int lengthBytes) throws InterruptedException;

  /**
   * The same into an array.
   *
   * @param target where to
   * @param offset where the first byte goes
   * @param lengthBytes the most wanted, at least 1
   * @return see {@link #read(MemorySegment, long, int)}
   * @throws InterruptedException when the thread is interrupted while it waits; nothing was taken
   */
  int read(byte[] target, int offset, int lengthBytes) throws InterruptedException;

  /**
   * Opens content to read in place, without waiting; see {@link org.sluice.spi.memory.FifoConsumer#view}. Until its
   * {@link ReadView#release} no other call of this reader is allowed. Release also tells a writer that waits for room.
   *
   * @param maxBytes how much is wanted, at least 1
   * @return the view, or null when nothing is there; {@link #readable} says why
   */
  @Nullable ReadView view(int maxBytes);

  /**
   * What a call would yield now. An end is final: once a call has answered with one, all do, and no byte comes after
   * it.
   *
   * @return bytes, 0 when none waits; or END_OF_STREAM, RESET, NOSESSION, CORRUPT
   */
  int readable();

  /**
   * Waits until {@link #readable} is not 0.
   *
   * @param timeoutNs the longest wait in nanoseconds; {@link Long#MAX_VALUE} for no limit
   * @return what {@link #readable} yields; 0 when the time is over
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  int await(long timeoutNs) throws InterruptedException;
}
