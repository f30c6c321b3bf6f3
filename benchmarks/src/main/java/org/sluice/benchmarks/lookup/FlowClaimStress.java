package org.sluice.benchmarks.lookup;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJJ_Result;

/**
 * Another worker answers a connect while worker 0 still enters its half-open: the session has the flow in the end, and
 * it is one flow.
 */
@JCStressTest
@State
@Outcome(id = "true, 3, 1", expect = Expect.ACCEPTABLE, desc = "the session has it")
@Outcome(expect = Expect.FORBIDDEN, desc = "the half-open kept it, or it is counted wrong")
public class FlowClaimStress {
  private final StressFlows flows = new StressFlows();

  /** Worker 0: enters the half-open, then finds that it is answered. */
  @Actor
  public void owner() {
    flows.add(2, 2);
    flows.removeIfThere(2, 2);
  }

  /** The worker of the session. */
  @Actor
  public void answerer(ZJJ_Result result) {
    result.r1 = flows.handOver(2, 2, 3);
  }

  /** Afterwards. */
  @Arbiter
  public void outcome(ZJJ_Result result) {
    result.r2 = flows.find(2);
    result.r3 = flows.size();
  }
}
