package org.sluice.benchmarks.sidebyside.harness;

import org.sluice.benchmarks.sidebyside.measure.Contender;

/**
 * One way to send a message to another thread and get it back. The loops are each peer's own, see {@link StreamPeer}.
 */
public interface RoundTripPeer extends AutoCloseable {

  /**
   * Client's thread, once, while the server's thread is in {@link #openServer}.
   *
   * @throws Exception when it does not work
   */
  default void openClient() throws Exception {}

  /**
   * Server's thread, once.
   *
   * @throws Exception when it does not work
   */
  default void openServer() throws Exception {}

  /**
   * Sends requests and waits for each reply. Client's thread.
   *
   * @param count how many
   * @throws Exception when it does not work
   */
  void exchange(int count) throws Exception;

  /**
   * Sends back what comes, until it has sent back the {@linkplain Letters#isLastServed last}. Server's thread.
   *
   * @throws Exception when it does not work
   */
  void serve() throws Exception;

  /**
   * Client's thread, once, the last call of it.
   *
   * @throws Exception when it does not work
   */
  default void closeClient() throws Exception {}

  /**
   * Server's thread, once, the last call of it.
   *
   * @throws Exception when it does not work
   */
  default void closeServer() throws Exception {}

  /**
   * Lets go of everything else. Neither thread is in a call.
   *
   * @throws Exception when it does not work
   */
  @Override
  default void close() throws Exception {}

  /** Makes a peer. */
  @FunctionalInterface
  interface Factory {

    /**
     * Makes the peer.
     *
     * @param letters what it carries; outlives it
     * @return the peer, to be closed
     * @throws Exception when it cannot be had here
     */
    RoundTripPeer make(Letters letters) throws Exception;

    /**
     * Makes contenders of it.
     *
     * @param threads what they run on
     * @return opens such a contender
     */
    default Contender.Opener exchanging(TwoThreads threads) {
      return () -> RoundTripContender.open(threads, new Letters(), this);
    }
  }
}
