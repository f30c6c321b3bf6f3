package org.sluice.testkit.nic;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A frame that a worker of a {@link NicWorld} received. Equal to another one with the same bytes at the same place. */
public final class ReceivedFrame {
  private final int queue;
  private final long atNs;
  private final long stampedNs;
  private final int hash;
  private final byte[] bytes;

  /**
   * Makes a frame.
   *
   * @param queue the receive queue
   * @param atNs the turn's time, since the world began
   * @param stampedNs when the card says it came, since the world began; 0 when it does not say
   * @param hash of its flow, or 0
   * @param bytes of it, from now on its own
   */
  ReceivedFrame(int queue, long atNs, long stampedNs, int hash, byte[] bytes) {
    this.queue = queue;
    this.atNs = atNs;
    this.stampedNs = stampedNs;
    this.hash = hash;
    this.bytes = bytes;
  }

  /**
   * The receive queue.
   *
   * @return its index
   */
  public int queue() {
    return queue;
  }

  /**
   * The time of the turn in which it was received.
   *
   * @return nanoseconds since the world began
   */
  public long atNs() {
    return atNs;
  }

  /**
   * When the card says it came.
   *
   * @return nanoseconds since the world began; 0 when it does not say
   */
  public long stampedNs() {
    return stampedNs;
  }

  /**
   * The card's hash of its flow.
   *
   * @return the hash, or 0
   */
  public int hash() {
    return hash;
  }

  /**
   * What was received, link header included.
   *
   * @return the bytes, not a copy
   */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ReceivedFrame frame && frame.queue == queue && frame.atNs == atNs
        && frame.stampedNs == stampedNs && frame.hash == hash && Arrays.equals(frame.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes on queue " + queue + " at " + atNs + " ns";
  }
}
