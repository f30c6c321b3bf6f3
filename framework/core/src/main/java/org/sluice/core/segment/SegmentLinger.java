package org.sluice.core.segment;

import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.Worker;

/**
 * Lets the empty segments of one manager go when their time has passed: a timer of one worker, started by whoever
 * empties a segment. While no segment is empty nothing runs.
 */
final class SegmentLinger {
  private final SegmentManager manager;
  private final Worker worker;
  private final Timer timer;
  private final ControlSlot look;

  SegmentLinger(SegmentManager manager, Worker worker) {
    this.manager = manager;
    this.worker = worker;
    timer = worker.newTimer(this::sweep);
    look = worker.newControlSlot(() -> sweep(worker.nowNs()));
  }

  /** A segment was emptied. Any context. */
  void begin() {
    look.post();
  }

  /** Nothing lingers any more. On the worker. */
  void end() {
    assert worker.isCurrent() : "called outside of " + worker.name();
    timer.cancel();
  }

  private void sweep(long nowNs) {
    long next = manager.sweep(nowNs);
    if (next == Long.MAX_VALUE) {
      timer.cancel();
    } else {
      timer.schedule(next);
    }
  }
}
