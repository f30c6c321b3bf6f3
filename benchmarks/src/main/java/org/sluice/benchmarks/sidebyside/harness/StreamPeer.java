package org.sluice.benchmarks.sidebyside.harness;

import org.sluice.benchmarks.sidebyside.measure.Contender;

/**
 * One way to move a stream of bytes from one thread to another. Both sides poll; the loops around them are those of
 * {@link StreamContender}. The loops inside of {@link #write} and {@link #read} are each peer's own, so that the
 * compiler sees one kind of peer in each.
 */
public interface StreamPeer extends AutoCloseable {

  /**
   * Writer's thread, once, while the reader's thread is in {@link #openReader}.
   *
   * @throws Exception when it does not work
   */
  default void openWriter() throws Exception {}

  /**
   * Reader's thread, once.
   *
   * @throws Exception when it does not work
   */
  default void openReader() throws Exception {}

  /**
   * Writes messages until there is no room. Writer's thread.
   *
   * @param messages the most to write
   * @return bytes written; 0 when there was no room
   * @throws Exception when it does not work
   */
  long write(int messages) throws Exception;

  /**
   * Takes what is there into the {@link Intake}, up to {@link Traffic#MOST_BYTES}. Reader's thread.
   *
   * @return bytes taken; 0 when there were none
   * @throws Exception when it does not work
   */
  long read() throws Exception;

  /**
   * Writer's thread, once, the last call of it.
   *
   * @throws Exception when it does not work
   */
  default void closeWriter() throws Exception {}

  /**
   * Reader's thread, once, the last call of it.
   *
   * @throws Exception when it does not work
   */
  default void closeReader() throws Exception {}

  /**
   * Lets go of everything else. Neither thread is in a call.
   *
   * @throws Exception when it does not work
   */
  @Override
  default void close() throws Exception {}

  /** Makes a peer for a kind of traffic. */
  @FunctionalInterface
  interface Factory {

    /**
     * Makes the peer.
     *
     * @param traffic what it carries; outlives it
     * @return the peer, to be closed
     * @throws Exception when it cannot be had here
     */
    StreamPeer make(Traffic traffic) throws Exception;

    /**
     * Makes contenders of it.
     *
     * @param threads what they run on
     * @param messageBytes the length of a write
     * @param taking what the reader does
     * @return opens such a contender
     */
    default Contender.Opener streaming(TwoThreads threads, int messageBytes, Taking taking) {
      return () -> StreamContender.open(threads, new Traffic(messageBytes, taking), this);
    }
  }
}
