package org.sluice.core.nic;

import org.sluice.spi.nic.PacketBatch;

/** Is told of frames that a queue does not pass on. On the worker of the queue. */
interface DropListener {

  /**
   * A frame is dropped.
   *
   * @param batch when receiving, the batch that still has it; when sending, of no use
   * @param i which one; when sending, its place in the batch that was given to {@code transmit}
   * @param reason why
   */
  void onDrop(PacketBatch batch, int i, DropReason reason);
}
