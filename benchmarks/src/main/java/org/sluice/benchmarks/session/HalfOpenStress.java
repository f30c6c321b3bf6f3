package org.sluice.benchmarks.session;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.sluice.core.session.SessionCore;
import org.sluice.spi.error.SessionError;

/** What a transport reports of a half-open on worker 1, against what worker 0 does with it. */
public class HalfOpenStress {

  private HalfOpenStress() {}

  /** A half-open, number 1, and how often the transport's connection was freed. */
  static class Base {
    final StressSessions sessions = new StressSessions();
    final SessionCore core = sessions.core;
    long first;
    int freed;

    Base() {
      sessions.on(0, () -> first = sessions.open(1));
    }

    void free() {
      freed++;
    }
  }

  /**
   * The transport lets go while the application cancels and connects again, by the same slot: either the cancel was in
   * time, or the application is told of the first connect, once. The second one waits, whatever was reported late.
   */
  @JCStressTest
  @State
  @Outcome(id = "0, 0, 1, 1", expect = Expect.ACCEPTABLE, desc = "cancelled: nobody was told")
  @Outcome(id = "1, 1, 1, 1", expect = Expect.ACCEPTABLE, desc = "not answered: told once")
  @Outcome(expect = Expect.FORBIDDEN, desc = "told or freed twice or not at all, or the wrong one hit")
  public static class DeleteAndReuse extends Base {
    private boolean cancelled;

    /** The application. */
    @Actor
    public void owner() {
      sessions.on(0, () -> {
        cancelled = core.halfOpens().cancel(first, null) == SessionError.NONE;
        sessions.open(2);
      });
    }

    /** The transport. */
    @Actor
    public void transport() {
      sessions.on(1, () -> core.layer().halfOpenDeleteRequest(first, this::free));
    }

    /** Afterwards. */
    @Arbiter
    public void outcome(IIII_Result result) {
      int waiting = sessions.end();
      result.r1 = sessions.failures(1) + (cancelled && sessions.failures(1) > 0 ? 100 : 0);
      result.r2 = sessions.goodbyes(1);
      result.r3 = waiting - 100 * (sessions.failures(2) + sessions.goodbyes(2));
      result.r4 = freed;
    }
  }

  /** The same with a half-open that arrives on worker 1 while it is cancelled. */
  @JCStressTest
  @State
  @Outcome(id = "0, 0, 1, 0", expect = Expect.ACCEPTABLE, desc = "arrived, then cancelled")
  @Outcome(id = "0, 0, 1, 1", expect = Expect.ACCEPTABLE, desc = "cancelled, as its transport learned")
  @Outcome(expect = Expect.FORBIDDEN, desc = "somebody was told, or the wrong one hit")
  public static class ArriveAndReuse extends Base {
    private boolean refused;

    /** It is on its way. */
    public ArriveAndReuse() {
      sessions.on(0, () -> core.layer().halfOpenMigrate(first));
    }

    /** The application. */
    @Actor
    public void owner() {
      sessions.on(0, () -> {
        core.halfOpens().cancel(first, null);
        sessions.open(2);
      });
    }

    /** The transport. */
    @Actor
    public void transport() {
      sessions.on(1, () -> refused = core.layer().halfOpenMigrated(first) != 0);
    }

    /** Afterwards. */
    @Arbiter
    public void outcome(IIII_Result result) {
      int waiting = sessions.end();
      result.r1 = sessions.failures(1);
      result.r2 = sessions.goodbyes(1);
      result.r3 = waiting - 100 * (sessions.failures(2) + sessions.goodbyes(2));
      result.r4 = refused ? 1 : 0;
    }
  }

  /** The transport refuses the connect and, on worker 0, lets go: the application is told of both, each once. */
  @JCStressTest
  @State
  @Outcome(id = "1, 1, 0, 0", expect = Expect.ACCEPTABLE, desc = "told once")
  @Outcome(expect = Expect.FORBIDDEN, desc = "told twice, or not at all")
  public static class RefuseAndDelete extends Base {

    /** The transport on worker 1. */
    @Actor
    public void refuses() {
      sessions.on(1, () -> core.layer().connectNotify(first, null, SessionError.REFUSED.code()));
    }

    /** The transport on worker 0, and what follows there. */
    @Actor
    public void letsGo() {
      sessions.on(0, () -> core.layer().halfOpenDeleteNotify(first));
      sessions.workers.worker(0).turn();
    }

    /** Afterwards. */
    @Arbiter
    public void outcome(IIII_Result result) {
      result.r3 = sessions.end();
      result.r1 = sessions.failures(1);
      result.r2 = sessions.goodbyes(1);
      result.r4 = freed;
    }
  }
}
