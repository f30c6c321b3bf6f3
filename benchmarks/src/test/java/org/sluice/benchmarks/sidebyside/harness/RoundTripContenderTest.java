package org.sluice.benchmarks.sidebyside.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Test;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Reading;

class RoundTripContenderTest {
  private static final long NANOS = 1_000_000;

  @Test
  void one_round_trip_in_sixteen_is_timed_and_the_last_is_not_counted() throws Exception {
    try (TwoThreads threads = new TwoThreads(); Contender contender = open(threads, new StringBuffer())) {
      for (int i = 0; i < 2; i++) {
        Reading reading = contender.run(NANOS);

        assertThat(reading.operations()).isPositive();
        assertThat(reading.bytes()).isEqualTo(reading.operations() * Letters.BYTES);
        assertThat(reading.latency()).isNotNull();
        assertThat(reading.latency().getTotalCount()).isEqualTo(reading.operations() / 16);
        assertThat(reading.nanos()).isGreaterThanOrEqualTo(NANOS);
      }
    }
  }

  @Test
  void a_reply_that_is_not_the_request_is_noticed() {
    try (Letters letters = new Letters()) {
      letters.next();
      letters.takeRequest(letters.request().address());
      letters.takeReply(letters.served().address());
      letters.check();

      letters.next();
      letters.takeReply(letters.served().address());

      assertThatThrownBy(letters::check).hasMessageContaining("request 2");
    }
  }

  @Test
  void both_threads_open_and_close_their_side() throws Exception {
    StringBuffer log = new StringBuffer();
    try (TwoThreads threads = new TwoThreads(); Contender contender = open(threads, log)) {
      assertThat(contender).isNotNull();
    }

    assertThat(log.toString().chars().sorted().mapToObj(c -> String.valueOf((char) c)).toList())
        .containsExactly("C", "S", "c", "s");
  }

  private static Contender open(TwoThreads threads, StringBuffer log) throws Exception {
    SynchronousQueue<Boolean> there = new SynchronousQueue<>();
    SynchronousQueue<Boolean> back = new SynchronousQueue<>();
    RoundTripPeer.Factory factory = letters -> new RoundTripPeer() {
      @Override
      public void openClient() {
        log.append('C');
      }

      @Override
      public void openServer() {
        log.append('S');
      }

      @Override
      public void exchange(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
          letters.next();
          letters.takeRequest(letters.request().address());
          there.put(true);
          back.take();
          letters.takeReply(letters.served().address());
          letters.check();
        }
      }

      @Override
      public void serve() throws InterruptedException {
        boolean last = false;
        while (!last) {
          there.take();
          last = letters.isLastServed();
          back.put(true);
        }
      }

      @Override
      public void closeClient() {
        log.append('c');
      }

      @Override
      public void closeServer() {
        log.append('s');
      }
    };
    return factory.exchanging(threads).open();
  }
}
