package org.sluice.spi.transport;

/** The budget of one turn in which a transport writes by itself, and what it reports back. One per worker, reused. */
public final class CustomTx {
  private int maxPackets;
  private int bytesDequeued;

  /**
   * Starts a turn.
   *
   * @param packets the most packets the transport may send now
   */
  public void begin(int packets) {
    maxPackets = packets;
    bytesDequeued = 0;
  }

  /**
   * The budget.
   *
   * @return packets
   */
  public int maxPackets() {
    return maxPackets;
  }

  /**
   * Reports payload that left the tx FIFO, so that dequeue notifications are evaluated.
   *
   * @param bytes payload dequeued
   */
  public void dequeued(int bytes) {
    bytesDequeued += bytes;
  }

  /**
   * What was reported.
   *
   * @return bytes
   */
  public int bytesDequeued() {
    return bytesDequeued;
  }
}
