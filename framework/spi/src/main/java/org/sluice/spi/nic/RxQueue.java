package org.sluice.spi.nic;

/** A receive queue, called only by the worker it was given to. Never blocks. */
public interface RxQueue {

  /**
   * Appends received packets to a batch. The caller owns the frames until it releases each to its pool.
   *
   * @param batch where to append
   * @param limit the most packets wanted
   * @return packets appended; 0 when none is there
   */
  int receive(PacketBatch batch, int limit);

  /**
   * The file descriptor that poll(2) reports readable when packets wait, or -1 when the queue has none.
   *
   * @return a descriptor of this process, owned by the queue
   */
  int pollDescriptor();
}
