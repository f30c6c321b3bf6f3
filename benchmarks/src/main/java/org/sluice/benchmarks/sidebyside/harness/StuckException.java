package org.sluice.benchmarks.sidebyside.harness;

import org.jspecify.annotations.Nullable;

/** Work that never ended: what runs afterwards would be measured beside it, so nothing may. */
public final class StuckException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param cause what made it hang, or null when unknown
   */
  public StuckException(@Nullable Throwable cause) {
    super("a repetition never ended", cause);
  }
}
