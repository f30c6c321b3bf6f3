package org.sluice.benchmarks.runtime;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.runtime.MessagePort;

/**
 * Senders and the worker at a mailbox of four entries. What is accepted arrives once, whole, and in the order of its
 * sender; and no more is refused than does not fit.
 */
public class MailboxStress {

  private MailboxStress() {}

  /** Two senders with three messages each: two of the six do not fit. */
  @JCStressTest
  @State
  @Outcome(id = "0, 0, 4", expect = Expect.ACCEPTABLE, desc = "four accepted, and those arrived, in order")
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, doubled, torn, reordered or refused without need")
  public static class TwoSenders {

    private final Traffic traffic = new Traffic();

    /** One context. */
    @Actor
    public void first() {
      traffic.send(0, 3);
    }

    /** Another one. */
    @Actor
    public void second() {
      traffic.send(1, 3);
    }

    /** The worker, afterwards. */
    @Arbiter
    public void outcome(III_Result result) {
      traffic.finish(result);
    }
  }

  /** A sender with six messages, and the worker, which makes room meanwhile. */
  @JCStressTest
  @State
  @Outcome(id = "0, 0, 4", expect = Expect.ACCEPTABLE, desc = "four accepted, and those arrived, in order")
  @Outcome(id = "0, 0, 5", expect = Expect.ACCEPTABLE, desc = "five")
  @Outcome(id = "0, 0, 6", expect = Expect.ACCEPTABLE, desc = "all")
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, doubled, torn, reordered or refused without need")
  public static class SenderAndWorker {

    private final Traffic traffic = new Traffic();

    /** The other context. */
    @Actor
    public void sender() {
      traffic.send(0, 6);
    }

    /** The worker. */
    @Actor
    public void worker() {
      traffic.worker.turn();
    }

    /** The worker, afterwards. */
    @Arbiter
    public void outcome(III_Result result) {
      traffic.finish(result);
    }
  }

  private static final class Traffic {

    private final WorkerSet workers = StressWorkers.one();
    private final StackWorker worker = workers.worker(0);
    private final MessagePort port = workers.newPort((on, kind, handle, argument) -> take(kind, handle, argument));
    private final int[] accepted = new int[2];
    private final int[] received = new int[2];
    private final long[] last = new long[2];
    private int wrong;

    void send(int sender, int messages) {
      for (long sequence = 1; sequence <= messages; sequence++) {
        if (port.send(0, sender, sequence, ~sequence)) {
          accepted[sender]++;
        }
      }
    }

    private void take(int sender, long sequence, long check) {
      received[sender]++;
      if (sequence <= last[sender] || check != ~sequence) {
        wrong++;
      }
      last[sender] = sequence;
    }

    void finish(III_Result result) {
      worker.turn();
      worker.turn();
      result.r1 = wrong;
      result.r2 = accepted[0] + accepted[1] - received[0] - received[1];
      result.r3 = accepted[0] + accepted[1];
    }
  }
}
