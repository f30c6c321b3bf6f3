package org.sluice.core.nic;

/** A queue that can say which frames it drops, and why. */
interface DropTeller {

  /**
   * Sets who is told; before the queue is used.
   *
   * @param listener called on the queue's worker
   */
  void tellDrops(DropListener listener);
}
