package org.sluice.spi.session;

/**
 * A session in the hands of an application's own threads: one reads, one writes, no worker stands between them and a
 * local peer. Made by {@link Session#stream} on the session's worker; used anywhere from then on.
 *
 * <p>{@link #reader()} and {@link #writer()} each serve one thread at a time, platform or virtual; which one may
 * change, if what hands the work over orders memory (a queue, an executor). Two threads inside one of them at once fail
 * an assertion. The methods of this interface are for any thread, also while others read and write.
 *
 * <p>A stream outlives its session without harm: after a reset, a detach of the application or {@link #close} every
 * call is refused with a code, and none touches memory that was given back. The memory goes when the session has ended
 * and no call or view is under way; so a thread that keeps a view open keeps the memory.
 */
public interface SessionStream extends AutoCloseable {

  /**
   * The session.
   *
   * @return its handle, also when it is gone
   */
  long handle();

  /**
   * The side that takes what the peer sent.
   *
   * @return the same object each time
   */
  StreamReader reader();

  /**
   * The side that sends to the peer.
   *
   * @return the same object each time
   */
  StreamWriter writer();

  /**
   * How long a blocking call looks again and again before its thread sleeps. A hint: the wait adapts below it, and a
   * virtual thread never spins. The default is a setting of the stack.
   *
   * @param longestNs nanoseconds; 0 sleeps at once, {@link Long#MAX_VALUE} never sleeps
   */
  void spinNs(long longestNs);

  /**
   * What can be done now, see {@link Session#readiness}.
   *
   * @return the bits of {@link Readiness}
   */
  int readiness();

  /**
   * Closes the session in good order, see {@link Session#close}: what was written before is delivered. Ends blocked
   * calls of both sides. Idempotent, does not block.
   */
  @Override
  void close();

  /** Aborts the session, see {@link Session#reset}. Ends blocked calls of both sides. Idempotent, does not block. */
  void reset();
}
