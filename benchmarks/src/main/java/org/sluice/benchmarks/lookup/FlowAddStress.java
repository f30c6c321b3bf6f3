package org.sluice.benchmarks.lookup;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/** Two workers enter the same flow: one of them succeeds, and the flow is its. */
@JCStressTest
@State
@Outcome(id = "true, false, 1", expect = Expect.ACCEPTABLE, desc = "the first was faster")
@Outcome(id = "false, true, 2", expect = Expect.ACCEPTABLE, desc = "the second was faster")
@Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither")
public class FlowAddStress {
  private final StressFlows flows = new StressFlows();

  /** Enters the flow. */
  @Actor
  public void first(ZZJ_Result result) {
    result.r1 = flows.add(1, 1);
  }

  /** Enters the same flow. */
  @Actor
  public void second(ZZJ_Result result) {
    result.r2 = flows.add(1, 2);
  }

  /** Looks whose it is. */
  @Arbiter
  public void end(ZZJ_Result result) {
    result.r3 = flows.size() == 1 ? flows.find(1) : -flows.size();
  }
}
