package org.sluice.benchmarks.lookup;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** A half-open's flow becomes that of its session: it is found at any time, and never the old handle after the new. */
@JCStressTest
@State
@Outcome(id = {"2, 2", "2, 3", "3, 3"}, expect = Expect.ACCEPTABLE, desc = "found, by the old handle or the new")
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, or back at the old handle")
public class FlowHandOverStress {
  private final StressFlows flows = new StressFlows();

  /** The flow stands behind another. */
  public FlowHandOverStress() {
    flows.add(1, 1);
    flows.add(2, 2);
  }

  /** Hands the flow over; the one before it goes. */
  @Actor
  public void writer() {
    flows.handOver(2, 2, 3);
    flows.remove(1, 1);
  }

  /** Looks for the flow twice. */
  @Actor
  public void reader(JJ_Result result) {
    result.r1 = flows.find(2);
    result.r2 = flows.find(2);
  }
}
