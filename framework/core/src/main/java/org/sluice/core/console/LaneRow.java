package org.sluice.core.console;

import java.util.List;
import java.util.function.ToIntFunction;
import org.sluice.core.session.EventLane;

/**
 * What one application worker has on one stack worker.
 *
 * @param applicationWorker its number within the application
 * @param stackWorker the stack worker
 * @param sessions its sessions there
 * @param halfOpens its half-opens there
 * @param queuedEvents events that wait for it there
 * @param isCongested whether more are held back because its queue is full
 */
record LaneRow(
    int applicationWorker, int stackWorker, int sessions, int halfOpens, int queuedEvents, boolean isCongested) {

  /** Reads a lane. On its stack worker. */
  static LaneRow of(int applicationWorker, int stackWorker, EventLane lane) {
    return new LaneRow(applicationWorker, stackWorker, lane.sessionCount(), lane.halfOpenCount(),
        lane.queuedEvents(), lane.isCongested());
  }

  static long sum(List<LaneRow> rows, ToIntFunction<LaneRow> what) {
    return rows.stream().mapToLong(what::applyAsInt).sum();
  }
}
