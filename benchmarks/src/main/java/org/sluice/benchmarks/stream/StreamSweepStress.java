package org.sluice.benchmarks.stream;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;

/**
 * A call of a stream while its idle FIFO is swept: the sweep does nothing, or the call waits until it is done; no chunk
 * is given back under a call.
 */
public class StreamSweepStress {

  private StreamSweepStress() {
  }

  /** A stream that rests with one chunk, as the sweeper has seen already. */
  static class Base {

    final StressStream own = new StressStream(StressStream.SEGMENT);

    Base() {
      own.offer(1);
      own.peerPolls();
      own.stream.sweep();
    }

    void outcome(IJ_Result result) {
      result.r2 = own.peerPolls();
      end();
    }

    void end() {
      own.stream.revoke();
      own.peerLeaves();
    }
  }

  /** A write that copies. */
  @JCStressTest
  @State
  @Outcome(id = "8, 7", expect = Expect.ACCEPTABLE, desc = "written, and read from the right chunk")
  @Outcome(expect = Expect.FORBIDDEN, desc = "refused, lost, or in a chunk that was given back")
  public static class Offer extends Base {

    /** The application. */
    @Actor
    public void writer(IJ_Result result) {
      result.r1 = own.offer(7);
    }

    /** The worker. */
    @Actor
    public void worker() {
      own.stream.sweep();
    }

    /** What is there. */
    @Arbiter
    @Override
    public void outcome(IJ_Result result) {
      super.outcome(result);
    }
  }

  /** A write in place. */
  @JCStressTest
  @State
  @Outcome(id = "8, 7", expect = Expect.ACCEPTABLE, desc = "written, and read from the right chunk")
  @Outcome(expect = Expect.FORBIDDEN, desc = "refused, lost, or in a chunk that was given back")
  public static class Commit extends Base {

    /** The application. */
    @Actor
    public void writer(IJ_Result result) {
      result.r1 = own.commit(7);
    }

    /** The worker. */
    @Actor
    public void worker() {
      own.stream.sweep();
    }

    /** What is there. */
    @Arbiter
    @Override
    public void outcome(IJ_Result result) {
      super.outcome(result);
    }
  }

  /** A read, which has nothing to do with the tx FIFO. */
  @JCStressTest
  @State
  @Outcome(id = "7", expect = Expect.ACCEPTABLE, desc = "read")
  @Outcome(expect = Expect.FORBIDDEN, desc = "refused")
  public static class Poll extends Base {

    /** Something to read. */
    public Poll() {
      own.peerOffers(7);
    }

    /** The application. */
    @Actor
    public void reader(J_Result result) {
      result.r1 = own.poll();
    }

    /** The worker. */
    @Actor
    public void worker() {
      own.stream.sweep();
    }

    /** Cleans up. */
    @Arbiter
    @Override
    public void end() {
      super.end();
    }
  }
}
