package org.sluice.benchmarks.session;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
import org.sluice.benchmarks.runtime.StressWorkers;
import org.sluice.core.session.SessionCore;
import org.sluice.spi.error.SessionError;

/** Half-opens on their way to worker 0: each report is seen there, whoever reports at the same time. */
public class HalfOpenQueueStress {
  private static final int REFUSED = SessionError.REFUSED.code();

  private HalfOpenQueueStress() {}

  /** Two half-opens, numbers 1 and 2, which workers 1 and 2 report. */
  static class Base {
    final StressSessions sessions = new StressSessions(StressWorkers.three());
    final SessionCore core = sessions.core;
    long first;
    long second;

    Base() {
      sessions.on(0, () -> {
        first = sessions.open(1);
        second = sessions.open(2);
      });
    }

    /** Failed connects and goodbyes that its application was told of. */
    int told(int opaque) {
      return 10 * sessions.failures(opaque) + sessions.goodbyes(opaque);
    }
  }

  /** Two workers report a half-open each: neither loses the other's from the list. */
  @JCStressTest
  @State
  @Outcome(id = "10, 11, 0", expect = Expect.ACCEPTABLE, desc = "both were told of, one was let go too")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a report was lost or came twice")
  public static class TwoReporters extends Base {

    /** The transport on worker 1. */
    @Actor
    public void one() {
      sessions.on(1, () -> core.layer().connectNotify(first, null, REFUSED));
    }

    /** The transport on worker 2. */
    @Actor
    public void other() {
      sessions.on(2, () -> {
        core.layer().connectNotify(second, null, REFUSED);
        core.layer().halfOpenDeleteNotify(second);
      });
    }

    /** Afterwards. */
    @Arbiter
    public void outcome(III_Result result) {
      result.r3 = sessions.end();
      result.r1 = told(1);
      result.r2 = told(2);
    }
  }

  /** Two workers report the same half-open: it is listed once, and what both have noted is told once. */
  @JCStressTest
  @State
  @Outcome(id = "11, 0, 1", expect = Expect.ACCEPTABLE, desc = "told once of each")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a report was lost or came twice")
  public static class SameHalfOpen extends Base {

    /** The transport on worker 1 refuses. */
    @Actor
    public void refuses() {
      sessions.on(1, () -> core.layer().connectNotify(first, null, REFUSED));
    }

    /** The transport on worker 2 lets go. */
    @Actor
    public void letsGo() {
      sessions.on(2, () -> core.layer().halfOpenDeleteNotify(first));
    }

    /** Afterwards. */
    @Arbiter
    public void outcome(III_Result result) {
      result.r3 = sessions.end();
      result.r1 = told(1);
      result.r2 = told(2);
    }
  }

  /**
   * Worker 1 reports two half-opens and then the first one again, while worker 0 takes them: what was noted after that
   * one was taken is told by the second report, what was noted before by the first.
   */
  @JCStressTest
  @State
  @Outcome(id = "11, 10, 0, [0-2]", expect = Expect.ACCEPTABLE, desc = "told once of each")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a report was lost or came twice")
  public static class ReportedAgain extends Base {
    private int earlier;

    /** The transport. */
    @Actor
    public void transport() {
      sessions.on(1, () -> {
        core.layer().connectNotify(first, null, REFUSED);
        core.layer().connectNotify(second, null, REFUSED);
        core.layer().halfOpenDeleteNotify(first);
      });
    }

    /** Worker 0. */
    @Actor
    public void owner() {
      sessions.workers.worker(0).turn();
      sessions.workers.worker(0).turn();
      earlier = sessions.failures(1) + sessions.failures(2);
    }

    /** Afterwards. */
    @Arbiter
    public void outcome(IIII_Result result) {
      result.r3 = sessions.end();
      result.r1 = told(1);
      result.r2 = told(2);
      result.r4 = earlier;
    }
  }
}
