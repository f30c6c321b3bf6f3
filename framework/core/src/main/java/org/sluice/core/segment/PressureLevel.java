package org.sluice.core.segment;

/** How full a segment is, for applications that adapt to it. */
public enum PressureLevel {
  /** Usage is below the low mark, or the marks are off. */
  NO,
  /** Usage has reached the low mark. */
  LOW,
  /** Usage has reached the high mark. */
  HIGH,
  /** The segment could not give what was asked for, and usage has not been seen below the high mark since. */
  NO_MEMORY
}
