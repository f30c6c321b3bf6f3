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

  /**
   * How long there will be nothing to receive unless the queue wakes its worker ({@link
   * org.sluice.spi.runtime.Worker#wake}) or its descriptor becomes readable. Asked before the worker sleeps, and again
   * after it announced that: whoever brings a packet from another context makes it visible first and wakes the worker
   * then.
   *
   * @param nowNs the time on the worker's clock
   * @return nanoseconds; 0 when packets wait now, {@link Long#MAX_VALUE} when the queue knows of none to come
   */
  default long idleNs(long nowNs) {
    return Long.MAX_VALUE;
  }
}
