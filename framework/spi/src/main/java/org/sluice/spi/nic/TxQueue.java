package org.sluice.spi.nic;

/** A transmit queue, called only by the worker it was given to. Never blocks. */
public interface TxQueue {

  /**
   * The pool that frames for this queue come from. Frames of other pools are copied.
   *
   * @return the pool, owned by the same worker
   */
  PacketPool pool();

  /**
   * Queues all packets of a batch; the queue owns the frames from now on and releases them when sent or dropped. The
   * batch is cleared.
   *
   * @param batch whole frames, link header included
   * @return packets accepted; the rest found no slot, were dropped and counted
   */
  int transmit(PacketBatch batch);

  /** Tells the card about queued packets and takes back the frames that were sent; called at the end of each turn. */
  void flush();

  /**
   * Slots free now.
   *
   * @return packets that {@link #transmit} would take
   */
  int freeSlots();
}
