package org.sluice.core.segment;

/**
 * The right of one session to the FIFOs it was given, one object per segment and kind of user, so that sessions come
 * and go without allocation.
 */
@FunctionalInterface
public interface FifoLease {

  /** A session has left its FIFOs; the segment goes when its last one has. Worker of the session. */
  void release();

  /**
   * How large the session's rx FIFO may be made now. Worker of the session.
   *
   * @param presentBytes how large it is
   * @return the same at least; more where the application allows it and the segment has room
   */
  default long mostRxBytes(long presentBytes) {
    return presentBytes;
  }
}
