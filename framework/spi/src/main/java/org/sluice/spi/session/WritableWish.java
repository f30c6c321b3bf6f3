package org.sluice.spi.session;

/**
 * When an application that asked for it is told that its tx FIFO has room again. Room without memory is none; see
 * {@link Session#wantWritable}.
 */
public enum WritableWish {
  /** As soon as any byte was taken out of a FIFO that was full. */
  NOT_FULL,
  /** When at least the given number of bytes fits. */
  THRESHOLD,
  /** When everything written has left the FIFO. */
  EMPTY
}
