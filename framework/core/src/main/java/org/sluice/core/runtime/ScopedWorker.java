package org.sluice.core.runtime;

import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.TimerTask;
import org.sluice.spi.runtime.Worker;

/** A worker as a plugin sees it: what is made through it belongs to the plugin's scope. */
record ScopedWorker(StackWorker worker, WorkerScope scope) implements Worker {

  @Override
  public Timer newTimer(TimerTask task) {
    return worker.newTimer(scope, task);
  }

  @Override
  public ControlSlot newControlSlot(Runnable task) {
    return worker.newControlSlot(scope, task);
  }

  @Override
  public void wake() {
    worker.wake();
  }

  @Override
  public int index() {
    return worker.index();
  }

  @Override
  public long nowNs() {
    return worker.nowNs();
  }

  @Override
  public boolean isCurrent() {
    return worker.isCurrent();
  }

  @Override
  public String name() {
    return worker.name();
  }

  @Override
  public String toString() {
    return worker.name();
  }
}
