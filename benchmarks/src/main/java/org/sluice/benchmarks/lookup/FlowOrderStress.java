package org.sluice.benchmarks.lookup;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** A flow ends and comes back under another handle: who saw the new handle never sees the old one again. */
@JCStressTest
@State
@Outcome(id = "1, (-1|1|3)", expect = Expect.ACCEPTABLE, desc = "old first")
@Outcome(id = "-1, (-1|3)", expect = Expect.ACCEPTABLE, desc = "gone first")
@Outcome(id = "3, 3", expect = Expect.ACCEPTABLE, desc = "new already")
@Outcome(expect = Expect.FORBIDDEN, desc = "back in time")
public class FlowOrderStress {
  private final StressFlows flows = new StressFlows();

  /** The flow has its first handle. */
  public FlowOrderStress() {
    flows.add(1, 1);
  }

  /** Ends the flow and begins it again; another flow had the slot meanwhile. */
  @Actor
  public void writer() {
    flows.remove(1, 1);
    flows.add(2, 2);
    flows.remove(2, 2);
    flows.add(1, 3);
  }

  /** Looks twice. */
  @Actor
  public void reader(JJ_Result result) {
    result.r1 = flows.find(1);
    result.r2 = flows.find(1);
  }
}
