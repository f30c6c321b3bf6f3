package org.sluice.benchmarks.lookup;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** A slot changes hands while both flows are looked up: the reader sees handles of the flow it asks for only. */
@JCStressTest
@State
@Outcome(id = "(-1|1), (-1|2)", expect = Expect.ACCEPTABLE, desc = "its own handle, or none")
@Outcome(expect = Expect.FORBIDDEN, desc = "the handle of the other flow")
public class FlowReuseStress {
  private final StressFlows flows = new StressFlows();

  /** The first flow has the slot. */
  public FlowReuseStress() {
    flows.add(1, 1);
  }

  /** Gives the slot to the second flow. */
  @Actor
  public void writer() {
    flows.remove(1, 1);
    flows.add(2, 2);
  }

  /** Looks for either. */
  @Actor
  public void reader(JJ_Result result) {
    result.r1 = flows.find(1);
    result.r2 = flows.find(2);
  }
}
