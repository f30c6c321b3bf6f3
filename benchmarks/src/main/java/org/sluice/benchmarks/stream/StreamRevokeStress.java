package org.sluice.benchmarks.stream;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;
import org.openjdk.jcstress.infra.results.IJI_Result;
import org.openjdk.jcstress.infra.results.JI_Result;
import org.sluice.spi.memory.Segment;

/**
 * A call of a stream while the session layer takes the stream away: the call is either whole or refused, and the sides
 * leave their FIFOs once, whoever of the two does it.
 */
public class StreamRevokeStress {

  private StreamRevokeStress() {
  }

  /** A stream that writes. */
  static class Writes {

    final StressStream own = new StressStream(StressStream.SEGMENT);

    void revoke() {
      own.stream.revoke();
    }

    void outcome(IJI_Result result) {
      result.r2 = own.peerPolls();
      result.r3 = own.left();
      own.peerLeaves();
    }
  }

  /** A write that copies. */
  @JCStressTest
  @State
  @Outcome(id = "8, 7, 1", expect = Expect.ACCEPTABLE, desc = "written before")
  @Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "refused")
  @Outcome(expect = Expect.FORBIDDEN, desc = "half a write, or not left once")
  public static class Offer extends Writes {

    /** The application. */
    @Actor
    public void writer(IJI_Result result) {
      result.r1 = own.offer(7);
    }

    /** The worker. */
    @Actor
    public void worker() {
      revoke();
    }

    /** What came of it. */
    @Arbiter
    @Override
    public void outcome(IJI_Result result) {
      super.outcome(result);
    }
  }

  /** A write in place: the view may be open when the stream is taken away. */
  @JCStressTest
  @State
  @Outcome(id = "8, 7, 1", expect = Expect.ACCEPTABLE, desc = "written before, or by a view that was open")
  @Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "refused")
  @Outcome(expect = Expect.FORBIDDEN, desc = "half a write, or not left once")
  public static class Commit extends Writes {

    /** The application. */
    @Actor
    public void writer(IJI_Result result) {
      result.r1 = own.commit(7);
    }

    /** The worker. */
    @Actor
    public void worker() {
      revoke();
    }

    /** What came of it. */
    @Arbiter
    @Override
    public void outcome(IJI_Result result) {
      super.outcome(result);
    }
  }

  /** A read. */
  @JCStressTest
  @State
  @Outcome(id = "7, 1", expect = Expect.ACCEPTABLE, desc = "read before")
  @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "refused")
  @Outcome(expect = Expect.FORBIDDEN, desc = "half a read, or not left once")
  public static class Poll {

    private final StressStream own = new StressStream(StressStream.SEGMENT);

    /** A stream with content. */
    public Poll() {
      own.peerOffers(7);
    }

    /** The application. */
    @Actor
    public void reader(JI_Result result) {
      result.r1 = own.poll();
    }

    /** The worker. */
    @Actor
    public void worker() {
      own.stream.revoke();
    }

    /** What came of it. */
    @Arbiter
    public void outcome(JI_Result result) {
      result.r2 = own.left();
      own.peerLeaves();
    }
  }

  /** The stream is the last one in its segment, which is released with the last side: no call may come after that. */
  @JCStressTest
  @State
  @Outcome(id = {"8, 1, true", "0, 1, true"}, expect = Expect.ACCEPTABLE, desc = "released once nobody is inside")
  @Outcome(expect = Expect.FORBIDDEN, desc = "not left once, or memory leaked")
  public static class LastInSegment {

    private final Segment segment = Segment.allocate(64 << 10);
    private final StressStream own = new StressStream(segment);

    /** All others are gone. */
    public LastInSegment() {
      own.peerLeaves();
      segment.close();
    }

    /** The application. */
    @Actor
    public void writer(IIZ_Result result) {
      result.r1 = own.offer(7);
    }

    /** The worker. */
    @Actor
    public void worker() {
      own.stream.revoke();
    }

    /** What is left. */
    @Arbiter
    public void outcome(IIZ_Result result) {
      result.r2 = own.left();
      result.r3 = segment.isReleased() && segment.counters().corruptions() == 0;
    }
  }
}
