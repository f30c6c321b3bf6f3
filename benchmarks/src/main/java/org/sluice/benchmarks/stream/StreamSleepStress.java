package org.sluice.benchmarks.stream;

import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;
import org.sluice.core.runtime.SystemClock;
import org.sluice.core.stream.FifoStream;
import org.sluice.core.stream.StreamSession;
import org.sluice.core.stream.StreamSettings;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.runtime.ExecutionContext;

/**
 * A thread goes to sleep in a call while what it waits for comes. It really sleeps; a wake-up that is lost shows as a
 * wait of all its time, which is far more than a thread is ever kept from running.
 */
public class StreamSleepStress {
  private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
  private static final int HALF = (int) Fifo.MIN_CAPACITY / 2;

  private StreamSleepStress() {
  }

  /** Two joined streams, as of a local session. */
  static class Base implements StreamSession {

    final FifoStream near;
    final FifoStream far;
    final byte[] bytes = new byte[(int) Fifo.MIN_CAPACITY];

    Base() {
      long forth = StressStream.allocate(StressStream.SEGMENT);
      long back = StressStream.allocate(StressStream.SEGMENT);
      near = stream(back, forth);
      far = stream(forth, back);
      near.join(far);
    }

    private FifoStream stream(long rx, long tx) {
      // From here on the stream is the owner of both.
      ExecutionContext nobody = new Nobody();
      return new FifoStream(1, this, FifoConsumer.attach(StressStream.SEGMENT, rx, nobody),
          FifoProducer.attach(StressStream.SEGMENT, tx, nobody), new StreamSettings(new SystemClock(), 0));
    }

    void awaitReadable(IZ_Result result) {
      long startNs = System.nanoTime();
      try {
        result.r1 = far.reader().await(TIMEOUT_NS);
      } catch (InterruptedException e) {
        result.r1 = Integer.MIN_VALUE;
      }
      result.r2 = System.nanoTime() - startNs >= TIMEOUT_NS;
    }

    void awaitRoom(IZ_Result result, int room) {
      long startNs = System.nanoTime();
      try {
        result.r1 = near.writer().await(room, TIMEOUT_NS);
      } catch (InterruptedException e) {
        result.r1 = Integer.MIN_VALUE;
      }
      result.r2 = System.nanoTime() - startNs >= TIMEOUT_NS;
    }

    void end() {
      near.revoke();
      far.revoke();
    }

    @Override
    public void post(int request) {
      // Nobody stands between the two.
    }

    @Override
    public int readiness() {
      return 0;
    }
  }

  private static final class Nobody implements ExecutionContext {
    @Override
    public boolean isCurrent() {
      return true;
    }

    @Override
    public String name() {
      return "nobody";
    }
  }

  /** Data comes. */
  @JCStressTest
  @State
  @Outcome(id = "8, false", expect = Expect.ACCEPTABLE, desc = "saw it, or was woken")
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost wake-up")
  public static class Data extends Base {

    /** Waits for data. */
    @Actor
    public void reader(IZ_Result result) {
      awaitReadable(result);
    }

    /** Writes. */
    @Actor
    public void writer() {
      near.writer().offer(bytes, 0, StressStream.LONG_BYTES);
    }

    /** Cleans up. */
    @Arbiter
    @Override
    public void end() {
      super.end();
    }
  }

  /** Room comes in two parts, of which only both together suffice. */
  @JCStressTest
  @State
  @Outcome(id = "4096, false", expect = Expect.ACCEPTABLE, desc = "saw it, or was woken")
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost wake-up")
  public static class Room extends Base {

    /** A full FIFO. */
    public Room() {
      near.writer().offer(bytes, 0, bytes.length);
    }

    /** Waits for room. */
    @Actor
    public void writer(IZ_Result result) {
      awaitRoom(result, bytes.length);
    }

    /** Reads. */
    @Actor
    public void reader() {
      far.reader().poll(bytes, 0, HALF);
      far.reader().poll(bytes, 0, HALF);
    }

    /** Cleans up. */
    @Arbiter
    @Override
    public void end() {
      super.end();
    }
  }

  /** The end comes: the peer's worker says that no more will. */
  @JCStressTest
  @State
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost wake-up")
  @Outcome(id = "1, false", expect = Expect.ACCEPTABLE, desc = "saw it, or was woken")
  public static class EndOfStream extends Base {

    /** Waits for data. */
    @Actor
    public void reader(IZ_Result result) {
      awaitReadable(result);
      result.r1 = result.r1 == SessionError.END_OF_STREAM.code() ? 1 : result.r1;
    }

    /** The worker. */
    @Actor
    public void worker() {
      far.endOfRead();
    }

    /** Cleans up. */
    @Arbiter
    @Override
    public void end() {
      super.end();
    }
  }

  /** The stream is taken away while its writer goes to sleep. */
  @JCStressTest
  @State
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost wake-up")
  @Outcome(id = "1, false", expect = Expect.ACCEPTABLE, desc = "saw it, or was woken")
  public static class Revoke extends Base {

    /** A full FIFO. */
    public Revoke() {
      near.writer().offer(bytes, 0, bytes.length);
    }

    /** Waits for room. */
    @Actor
    public void writer(IZ_Result result) {
      awaitRoom(result, 1);
      result.r1 = result.r1 == SessionError.NOSESSION.code() ? 1 : result.r1;
    }

    /** The worker. */
    @Actor
    public void worker() {
      near.revoke();
    }

    /** Cleans up. */
    @Arbiter
    @Override
    public void end() {
      super.end();
    }
  }
}
