package org.sluice.benchmarks.lookup;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/**
 * Flows are taken out until their shard halves, and in the smaller one the flow that stays is handed over: that one is
 * found at any time, by the handle of its owner, and whoever has seen the last change has seen those before it.
 */
@JCStressTest
@State
@Outcome(id = "0, 1, (2|-1)", expect = Expect.ACCEPTABLE, desc = "found, not handed over yet")
@Outcome(id = "0, 101, -1", expect = Expect.ACCEPTABLE, desc = "found, all changes seen")
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, another's handle, or an older state after a newer")
public class FlowShrinkStress {
  private static final int LOOKUPS = 40;
  private static final long STAYS = 1;
  private static final long GOES = 2;
  private static final long HANDED_OVER = 101;
  private static final long GONE = -1;

  private final ShrinkingFlows flows = new ShrinkingFlows(STAYS, GOES);

  /** Takes flows out, the last of which has the shard halve, and hands over the one that stays. */
  @Actor
  public void writer() {
    flows.shrink();
    flows.handOver(STAYS, HANDED_OVER);
  }

  /** Looks for the flow that stays, and for the one whose end has the shard halve. */
  @Actor
  public void reader(JJJ_Result result) {
    long stays = STAYS;
    long goes = GOES;
    for (int i = 0; i < LOOKUPS; i++) {
      long before = stays;
      long goesBefore = goes;
      stays = flows.findStaying();
      goes = flows.findGoing();
      boolean right = stays == HANDED_OVER || stays == STAYS && before == STAYS;
      boolean goesRight = goes == GONE || goes == GOES && goesBefore == GOES && stays == STAYS;
      result.r1 += right && goesRight ? 0 : 1;
    }
    result.r2 = stays;
    result.r3 = goes;
  }
}
