package org.sluice.core.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.core.runtime.ScopedCounters;
import org.sluice.core.runtime.SystemClock;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.memory.WriteView;
import org.sluice.spi.runtime.ExecutionContext;

/** A stream whose session and peer are played by the test, in one thread. */
class FifoStreamTest {
  /** In the FIFO header: the page where an empty FIFO begins. What a hostile peer would overwrite. */
  private static final int RESTART_CHUNK_OFFSET = 16;
  /** In the FIFO header: the page of the oldest chunk. */
  private static final int FIRST_CHUNK_OFFSET = 20;
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

  private final ScopedCounters counters = new CounterRegistry(1).scope("test");
  private final Segment segment = Segment.allocate(1 << 20);
  private final FifoProducer peerWrites;
  private final FifoConsumer peerReads;
  private final FifoStream stream;
  private int requests;

  FifoStreamTest() {
    segment.counters().reportTo(counters);
    long rx = segment.allocateFifo(Fifo.MAX_CAPACITY, 0);
    long tx = segment.allocateFifo(Fifo.MAX_CAPACITY, 0);
    peerWrites = FifoProducer.attach(segment, rx, TEST);
    peerReads = FifoConsumer.attach(segment, tx, TEST);
    StreamSession session = new StreamSession() {
      @Override
      public void post(int request) {
        requests |= request;
      }

      @Override
      public int readiness() {
        return 0;
      }
    };
    stream = new FifoStream(1, session, FifoConsumer.attach(segment, rx, TEST), FifoProducer.attach(segment, tx, TEST),
        new StreamSettings(new SystemClock(), 0));
  }

  @AfterEach
  void everythingIsGivenBack() {
    stream.revoke();
    peerWrites.leave();
    peerReads.leave();
    assertThat(requests & StreamSession.LEFT).isNotZero();
    segment.close();
  }

  private long count(String name) {
    return counters.counter(name, "").value();
  }

  @Test
  void no_byte_comes_after_an_end_that_was_told() {
    byte[] target = new byte[8];
    peerWrites.enqueue(new byte[] {1, 2}, 0, 2);
    stream.endOfRead();
    assertThat(stream.reader().poll(target, 0, 8)).isEqualTo(2);
    assertThat(stream.reader().poll(target, 0, 0)).as("nothing was asked").isZero();
    assertThat(stream.reader().poll(target, 0, 8)).isEqualTo(SessionError.END_OF_STREAM.code());
    peerWrites.enqueue(new byte[] {3}, 0, 1);
    assertThat(stream.reader().poll(target, 0, 8)).isEqualTo(SessionError.END_OF_STREAM.code());
    assertThat(stream.reader().readable()).isEqualTo(SessionError.END_OF_STREAM.code());
    assertThat(stream.reader().view(1)).isNull();
    assertThat(stream.reader().readable()).isEqualTo(SessionError.END_OF_STREAM.code());
  }

  @Test
  void an_end_is_told_after_the_bytes_before_it_also_to_who_only_looks() {
    peerWrites.enqueue(new byte[] {1, 2}, 0, 2);
    stream.endOfRead();
    assertThat(stream.reader().readable()).isEqualTo(2);
    Objects.requireNonNull(stream.reader().view(2)).release(2);
    assertThat(stream.reader().readable()).isEqualTo(SessionError.END_OF_STREAM.code());
  }

  @Test
  void content_that_cannot_be_shown_is_the_end_of_the_stream() {
    peerWrites.enqueue(new byte[] {1, 2}, 0, 2);
    WriteView any = Objects.requireNonNull(peerWrites.claim(1));
    any.memory().set(ValueLayout.JAVA_INT, peerWrites.headerOffset() + RESTART_CHUNK_OFFSET, Integer.MAX_VALUE);
    any.abort();

    assertThat(stream.reader().view(2)).isNull();
    assertThat(stream.reader().readable()).isEqualTo(SessionError.CORRUPT.code());
    assertThat(stream.reader().poll(new byte[2], 0, 2)).isEqualTo(SessionError.CORRUPT.code());
    assertThat(requests & StreamSession.CORRUPT).isNotZero();
    assertThat(count("memory.corruptions")).isPositive();
  }

  @Test
  void a_claim_refused_for_want_of_memory_is_told_once_to_who_would_wait_for_room() throws InterruptedException {
    int claimed = 0;
    for (WriteView room = stream.writer().claim(4096); room != null; room = stream.writer().claim(4096)) {
      claimed += room.commit(room.length());
    }
    assertThat(claimed).isBetween(512 << 10, 1 << 20);
    assertThat(stream.writer().await(1, Long.MAX_VALUE)).isEqualTo(SessionError.SEG_NO_SPACE.code());
    assertThat(stream.writer().writable()).as("the FIFO itself has room").isPositive();
    assertThat(count("memory.no-space")).isPositive();

    peerReads.dropAll();
    assertThat(stream.writer().claim(4096)).isNotNull().satisfies(WriteView::abort);
    assertThat(stream.writer().await(1, Long.MAX_VALUE)).isPositive();
  }

  @Test
  void a_view_that_is_open_when_the_session_goes_is_counted() {
    WriteView room = Objects.requireNonNull(stream.writer().claim(10));
    stream.revoke();
    assertThat(count("memory.open-views")).isEqualTo(1);
    assertThat(requests & StreamSession.LEFT).as("the view keeps the memory").isZero();
    room.abort();
    assertThat(requests & StreamSession.LEFT).isNotZero();
    assertThat(count("memory.open-views")).isEqualTo(1);
    assertThat(stream.writer().claim(1)).isNull();
    assertThat(stream.writer().writable()).isEqualTo(SessionError.NOSESSION.code());
  }

  @Test
  void a_write_after_a_refused_claim_waits_for_room_as_ever() throws InterruptedException {
    int claimed = 0;
    for (WriteView room = stream.writer().claim(4096); room != null; room = stream.writer().claim(4096)) {
      claimed += room.commit(room.length());
    }
    peerReads.drop(claimed - 1);
    assertThat(stream.writer().write(new byte[10], 0, 10)).isEqualTo(10);
    assertThat(stream.writer().writable()).isPositive();
  }

  @Test
  void room_that_cannot_be_had_because_memory_is_wrong_is_the_end_of_writing() throws InterruptedException {
    WriteView room = Objects.requireNonNull(stream.writer().claim(4096));
    room.memory().set(ValueLayout.JAVA_INT, peerReads.headerOffset() + FIRST_CHUNK_OFFSET, Integer.MAX_VALUE);
    room.commit(4096);

    assertThat(stream.writer().claim(1)).isNull();
    assertThat(stream.writer().await(1, Long.MAX_VALUE)).isEqualTo(SessionError.CORRUPT.code());
    assertThat(stream.writer().offer(new byte[1], 0, 1)).isEqualTo(SessionError.CORRUPT.code());
    assertThat(requests & StreamSession.CORRUPT).isNotZero();
  }
}
