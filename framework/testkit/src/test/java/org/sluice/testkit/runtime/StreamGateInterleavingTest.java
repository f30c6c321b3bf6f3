package org.sluice.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sluice.core.runtime.SystemClock;
import org.sluice.core.stream.FifoStream;
import org.sluice.core.stream.StreamSession;
import org.sluice.core.stream.StreamSettings;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.memory.WriteView;
import org.sluice.spi.runtime.ExecutionContext;

/**
 * Calls of a stream against the worker that sweeps it or takes it away, in every order with few preemptions. It is the
 * real stream: the fences of its gate are steps, and so are the accesses to the FIFO that it guards. Its own words are
 * not, but each is stored just before or loaded just after a fence.
 */
class StreamGateInterleavingTest {
  private static final int PREEMPTIONS = 2;
  private static final int PIECE = 1000;
  private static final int GONE = SessionError.NOSESSION.code();

  /** A way to write. */
  enum Call {
    OFFER {
      @Override
      int write(FifoStream stream, byte first) {
        byte[] bytes = new byte[PIECE];
        bytes[0] = first;
        return stream.writer().offer(bytes, 0, PIECE);
      }
    },
    COMMIT {
      @Override
      int write(FifoStream stream, byte first) {
        WriteView room = stream.writer().claim(PIECE);
        if (room == null) {
          return stream.writer().writable();
        }
        room.memory().set(ValueLayout.JAVA_BYTE, room.offset(), first);
        return room.commit(PIECE);
      }
    };

    abstract int write(FifoStream stream, byte first);
  }

  @ParameterizedTest
  @EnumSource
  void a_stream_that_is_taken_away_is_left_once_and_no_call_is_cut_in_two(Call call) {
    long orders = InterleavingScheduler.exhaust(PREEMPTIONS, scheduler -> {
      World w = new World();
      int[] written = new int[2];
      scheduler.actor("application", self -> {
        written[0] = call.write(w.stream, (byte) 1);
        written[1] = call.write(w.stream, (byte) 2);
      });
      scheduler.actor("worker", self -> w.stream.revoke());
      scheduler.run();
      assertThat(written[0]).isIn(PIECE, GONE);
      assertThat(written[1]).isIn(written[0] == PIECE ? new Integer[] {PIECE, GONE} : new Integer[] {GONE});
      assertThat(w.peerReads.readableBytes()).isEqualTo(Math.max(0, written[0]) + Math.max(0, written[1]));
      w.end();
    });
    assertThat(orders).as("orders").isGreaterThan(100);
  }

  @ParameterizedTest
  @EnumSource
  void the_last_stream_of_a_segment_gives_it_back_when_no_call_is_inside(Call call) {
    InterleavingScheduler.exhaust(PREEMPTIONS, scheduler -> {
      World w = new World();
      w.peerWrites.leave();
      w.peerReads.leave();
      w.segment.close();
      scheduler.actor("application", self -> call.write(w.stream, (byte) 1));
      scheduler.actor("worker", self -> w.stream.revoke());
      scheduler.run();
      assertThat(w.left).isEqualTo(1);
      assertThat(w.segment.isReleased()).isTrue();
      assertThat(w.segment.counters().corruptions()).isZero();
    });
  }

  @ParameterizedTest
  @EnumSource
  void a_sweep_and_a_call_exclude_each_other_and_both_end(Call call) {
    boolean[] swept = new boolean[2];
    InterleavingScheduler.exhaust(PREEMPTIONS, scheduler -> {
      World w = new World();
      call.write(w.stream, (byte) 1);
      w.expect(1);
      w.stream.sweep();
      long[] given = new long[1];
      int[] written = new int[1];
      scheduler.actor("application", self -> written[0] = call.write(w.stream, (byte) 2));
      scheduler.actor("worker", self -> given[0] = w.stream.sweep());
      scheduler.run();
      assertThat(written[0]).isEqualTo(PIECE);
      w.expect(2);
      swept[given[0] > 0 ? 1 : 0] = true;
      assertThat(call.write(w.stream, (byte) 3)).as("the next call").isEqualTo(PIECE);
      w.expect(3);
      w.stream.revoke();
      w.end();
    });
    assertThat(swept).as("some sweep gave something back, some came too late").containsExactly(true, true);
  }

  @Test
  void a_reader_is_let_in_again_after_a_sweep() {
    InterleavingScheduler.exhaust(PREEMPTIONS, scheduler -> {
      World w = new World();
      byte[] bytes = new byte[PIECE];
      w.peerWrites.enqueue(bytes, 0, PIECE);
      int[] read = new int[1];
      scheduler.actor("application", self -> read[0] = w.stream.reader().poll(bytes, 0, PIECE));
      scheduler.actor("worker", self -> {
        w.stream.sweep();
        w.stream.sweep();
      });
      scheduler.run();
      assertThat(read[0]).isEqualTo(PIECE);
      w.stream.revoke();
      w.end();
    });
  }

  /** A stream and its peer's sides of the FIFOs. */
  private static final class World implements StreamSession {
    private static final ExecutionContext TEST = new ExecutionContext() {
      @Override
      public boolean isCurrent() {
        return true;
      }

      @Override
      public String name() {
        return "the test";
      }
    };

    final Segment segment = Segment.allocate(64 << 10);
    final FifoProducer peerWrites;
    final FifoConsumer peerReads;
    final FifoStream stream;
    int left;

    World() {
      long rx = segment.allocateFifo(Fifo.MIN_CAPACITY, 0);
      long tx = segment.allocateFifo(Fifo.MIN_CAPACITY, 0);
      peerWrites = FifoProducer.attach(segment, rx, TEST);
      peerReads = FifoConsumer.attach(segment, tx, TEST);
      stream = new FifoStream(1, this, FifoConsumer.attach(segment, rx, TEST), FifoProducer.attach(segment, tx, TEST),
          new StreamSettings(new SystemClock(), 0));
    }

    /** The peer reads a piece. */
    void expect(int first) {
      byte[] bytes = new byte[PIECE];
      assertThat(peerReads.dequeue(bytes, 0, PIECE)).isEqualTo(PIECE);
      assertThat(bytes[0]).isEqualTo((byte) first);
    }

    /** The stream was taken away: nothing is left of it. */
    void end() {
      assertThat(left).as("told that both sides have left").isEqualTo(1);
      peerWrites.leave();
      peerReads.leave();
      assertThat(segment.fifoCount()).isZero();
      assertThat(segment.counters().corruptions()).isZero();
      segment.close();
      assertThat(segment.isReleased()).isTrue();
    }

    @Override
    public void post(int request) {
      left += request == LEFT ? 1 : 0;
    }

    @Override
    public int readiness() {
      return 0;
    }
  }
}
