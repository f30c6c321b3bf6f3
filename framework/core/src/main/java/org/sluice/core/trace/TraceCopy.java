package org.sluice.core.trace;

/**
 * What a worker has traced, as it was at one moment. Any thread.
 */
public final class TraceCopy {
  private final TraceRecords records;
  private final long missed;

  TraceCopy(TraceRecords records, long missed) {
    this.records = records;
    this.missed = missed;
  }

  TraceRecords records() {
    return records;
  }

  /**
   * Packets that would have been traced if there had been room.
   *
   * @return count
   */
  public long missed() {
    return missed;
  }
}
