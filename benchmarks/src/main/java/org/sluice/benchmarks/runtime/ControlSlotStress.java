package org.sluice.benchmarks.runtime;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.runtime.ControlSlot;

/**
 * A context sets a flag and posts a slot that is on its way already and delivered meanwhile. A post that is merged into
 * an earlier one must still have its flag seen by a delivery.
 */
@JCStressTest
@State
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "merged: one delivery, which saw the flag")
@Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "two deliveries, the last of which saw the flag")
@Outcome(expect = Expect.FORBIDDEN, desc = "a post was lost")
public class ControlSlotStress {

  private final WorkerSet workers = StressWorkers.one();
  private final StackWorker worker = workers.worker(0);
  private final ControlSlot slot = worker.newControlSlot(this::deliver);
  private int flag;
  private int seen;
  private int deliveries;

  /** The slot is on its way when the race begins. */
  public ControlSlotStress() {
    slot.post();
  }

  private void deliver() {
    seen = flag;
    deliveries++;
  }

  /** Another context. */
  @Actor
  public void poster() {
    flag = 1;
    slot.post();
  }

  /** The worker. */
  @Actor
  public void worker() {
    worker.turn();
  }

  /** The worker's next turn. */
  @Arbiter
  public void outcome(II_Result result) {
    worker.turn();
    result.r1 = seen;
    result.r2 = deliveries;
  }
}
