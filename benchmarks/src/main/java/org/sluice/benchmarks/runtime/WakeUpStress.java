package org.sluice.benchmarks.runtime;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.runtime.MessagePort;

/**
 * A worker goes to sleep while a message is sent to it. Either it sees the message and does not sleep, or the sender
 * sees that it sleeps and wakes it.
 */
@JCStressTest
@State
@Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "saw the message, did not sleep")
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "slept, and was woken")
@Outcome(id = "true, true", expect = Expect.FORBIDDEN, desc = "sleeps with a message in its mailbox")
@Outcome(id = "false, true", expect = Expect.FORBIDDEN, desc = "announced a sleep that it did not begin")
public class WakeUpStress {

  private final WorkerSet workers = StressWorkers.one();
  private final StackWorker worker = workers.worker(0);
  private final MessagePort port = workers.newPort((on, kind, handle, argument) -> {});

  /** The worker, after a turn without work. */
  @Actor
  public void sleeper(ZZ_Result result) {
    result.r1 = worker.prepareSleep() > 0;
  }

  /** Another context. */
  @Actor
  public void sender() {
    port.send(0, 0, 0, 0);
  }

  /** Whether it would sleep on now. */
  @Arbiter
  public void outcome(ZZ_Result result) {
    result.r2 = worker.isAsleep();
  }
}
