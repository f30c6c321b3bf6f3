package org.sluice.benchmarks.sidebyside.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Reading;

class StreamContenderTest {
  private static final int MESSAGE_BYTES = 1 << 10;
  private static final long NANOS = 1_000_000;

  @Test
  void a_reading_holds_what_arrived() throws Exception {
    try (TwoThreads threads = new TwoThreads(); Contender contender = open(threads, 0)) {
      Reading first = contender.run(NANOS);
      Reading second = contender.run(NANOS);

      assertThat(first.bytes()).isPositive().isEqualTo(first.operations() * MESSAGE_BYTES);
      assertThat(second.bytes()).as("of this repetition alone").isEqualTo(second.operations() * MESSAGE_BYTES);
      assertThat(second.nanos()).isGreaterThanOrEqualTo(NANOS);
    }
  }

  @Test
  void a_peer_that_makes_bytes_up_is_noticed() throws Exception {
    try (TwoThreads threads = new TwoThreads(); Contender contender = open(threads, MESSAGE_BYTES)) {
      assertThatThrownBy(() -> contender.run(NANOS)).hasMessageContaining("arrived");
    }
  }

  @Test
  void a_writer_that_fails_ends_the_reader_too() throws Exception {
    StreamPeer.Factory factory = traffic -> new StreamPeer() {
      @Override
      public long write(int messages) {
        throw new IllegalStateException("broken");
      }

      @Override
      public long read() {
        return 0;
      }
    };
    try (TwoThreads threads = new TwoThreads();
        Contender contender = factory.streaming(threads, MESSAGE_BYTES, Taking.COPY).open()) {
      assertThatThrownBy(() -> contender.run(NANOS)).hasMessage("broken");
    }
  }

  @Test
  void a_reader_that_fails_ends_the_writer_too() throws Exception {
    StreamPeer.Factory factory = traffic -> new StreamPeer() {
      @Override
      public long write(int messages) {
        return 0;
      }

      @Override
      public long read() {
        throw new IllegalStateException("broken");
      }
    };
    try (TwoThreads threads = new TwoThreads();
        Contender contender = factory.streaming(threads, MESSAGE_BYTES, Taking.COPY).open()) {
      assertThatThrownBy(() -> contender.run(Long.MAX_VALUE)).hasMessage("broken");
    }
  }

  /** Messages are a count in flight; the reader finds so many bytes more than were written. */
  private static Contender open(TwoThreads threads, int surplus) throws Exception {
    StreamPeer.Factory factory = traffic -> new StreamPeer() {
      private final AtomicLong inFlight = new AtomicLong(surplus);

      @Override
      public long write(int messages) {
        long bytes = (long) messages * MESSAGE_BYTES;
        inFlight.addAndGet(bytes);
        return bytes;
      }

      @Override
      public long read() {
        long bytes = inFlight.getAndSet(0);
        for (long left = bytes; left > 0; left -= MESSAGE_BYTES) {
          traffic.intake().take(traffic.source().address(), MESSAGE_BYTES);
        }
        return bytes;
      }
    };
    return factory.streaming(threads, MESSAGE_BYTES, Taking.SUM).open();
  }
}
