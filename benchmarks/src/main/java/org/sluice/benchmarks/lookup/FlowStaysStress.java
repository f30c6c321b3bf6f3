package org.sluice.benchmarks.lookup;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/** The flows around one come and go, and their shard grows: that one is found at any time. */
@JCStressTest
@State
@Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "found")
@Outcome(expect = Expect.FORBIDDEN, desc = "lost")
public class FlowStaysStress {
  private static final int MORE = 20;

  private final StressFlows flows = new StressFlows();

  /** Two flows stand before the third where lookups begin. */
  public FlowStaysStress() {
    flows.add(1, 1);
    flows.add(2, 2);
    flows.add(3, 3);
  }

  /** Takes away what stands before it, and adds more than the shard holds. */
  @Actor
  public void writer() {
    flows.remove(1, 1);
    flows.add(4, 4);
    flows.remove(2, 2);
    for (int flow = 5; flow < MORE; flow++) {
      flows.add(flow, flow);
    }
  }

  /** Looks for the flow that stays. */
  @Actor
  public void reader(J_Result result) {
    result.r1 = flows.find(3);
  }
}
