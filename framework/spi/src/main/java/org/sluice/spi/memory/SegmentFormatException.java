package org.sluice.spi.memory;

import java.io.IOException;

/** A file that is not a segment of this version, or whose size is not the one that its header states. */
public final class SegmentFormatException extends IOException {

  private static final long serialVersionUID = 1;

  /**
   * Makes the exception.
   *
   * @param message the file, what was found in it, and what was expected
   */
  public SegmentFormatException(String message) {
    super(message);
  }
}
