package org.sluice.core.segment;

/**
 * The right of one session to the FIFOs it was given, one object per segment and kind of user, so that sessions come
 * and go without allocation.
 */
@FunctionalInterface
public interface FifoLease {

  /** A session has left its FIFOs; the segment goes when its last one has. Worker of the session. */
  void release();
}
