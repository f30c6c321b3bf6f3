package org.sluice.core.runtime;

import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.TimerTask;

/** A timer that is its own list entry in the {@link TimerWheel}. */
final class WheelTimer implements Timer {

  static final int NOT_LINKED = -1;

  final WorkerScope scope;
  final TimerTask task;
  private final TimerWheel wheel;

  // Kept by the wheel. Lists are rings; a timer in none is a ring of its own.
  long deadlineNs;
  long tick;
  int list = NOT_LINKED;
  WheelTimer next = this;
  WheelTimer previous = this;

  WheelTimer(TimerWheel wheel, WorkerScope scope, TimerTask task) {
    this.wheel = wheel;
    this.scope = scope;
    this.task = task;
  }

  @Override
  public void schedule(long deadlineNs) {
    wheel.schedule(this, deadlineNs);
  }

  @Override
  public void cancel() {
    wheel.cancel(this);
  }

  @Override
  public boolean isScheduled() {
    return list != NOT_LINKED;
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }
}
