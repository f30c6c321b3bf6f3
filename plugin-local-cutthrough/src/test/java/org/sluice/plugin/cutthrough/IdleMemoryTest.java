package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.StackLimits;
import org.sluice.core.session.SweepLimits;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.memory.WriteView;
import org.sluice.spi.runtime.ExecutionContext;
import org.sluice.spi.session.Session;

/** Idle sessions give their buffer memory back, busy ones keep it: the last step of the FIFO's life. */
class IdleMemoryTest {
  private static final Duration IDLE = Duration.ofNanos(SweepLimits.DEFAULT.idleNs());
  /** After so long an idle FIFO has been swept. */
  private static final Duration SWEPT = IDLE.multipliedBy(3);

  private static LocalHost host(int dataWorkers, SweepLimits sweep) {
    StackLimits d = StackLimits.DEFAULT;
    return new LocalHost(dataWorkers, new StackLimits(d.maxSessionsPerWorker(), d.maxFlows(), d.maxSegments(),
        d.maxTransports(), d.ports(), d.applications(), d.tx(), d.workers(), sweep), 1000, 1);
  }

  private static long usedBytes(LocalHost host) {
    return host.segments.stream().filter(s -> !s.isReleased()).mapToLong(Segment::usedBytes).sum();
  }

  private static void send(LocalHost host, Session from, Session to, String text) {
    host.at(from, () -> assertThat(Probe.write(from, text)).isEqualTo(text.length()));
    host.settle();
    host.at(to, () -> assertThat(Probe.read(to)).isEqualTo(text));
    host.settle();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void an_idle_pair_holds_no_buffer_memory_after_the_idle_time_and_works_on(int dataWorkers) {
    LocalHost host = new LocalHost(dataWorkers);
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    long unused = usedBytes(host);
    for (int round = 1; round <= 3; round++) {
      send(host, client.session(), server.session(), "there");
      send(host, server.session(), client.session(), "and back");
      long used = usedBytes(host);
      assertThat(used).isGreaterThan(unused);
      host.runtime.advance(IDLE.dividedBy(2));
      assertThat(usedBytes(host)).as("not before the idle time").isEqualTo(used);
      host.runtime.advance(SWEPT);
      assertThat(usedBytes(host)).isEqualTo(unused);
      assertThat(host.counter("session.fifo-swept")).isEqualTo(2L * round);
      assertThat(host.counter("session.fifo-swept-bytes")).isEqualTo(round * (used - unused));
    }
    host.detach(client);
    host.detach(server);
    host.assertNothingLeft();
  }

  @Test
  void a_busy_pair_is_not_swept_and_a_direction_that_rests_is() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    long unused = usedBytes(host);
    send(host, client.session(), server.session(), "there");
    long oneWay = usedBytes(host) - unused;
    send(host, server.session(), client.session(), "and back");
    for (Duration passed = Duration.ZERO; passed.compareTo(SWEPT) < 0; passed = passed.plus(IDLE.dividedBy(2))) {
      send(host, client.session(), server.session(), "there");
      send(host, server.session(), client.session(), "and back");
      host.runtime.advance(IDLE.dividedBy(2));
    }
    assertThat(host.counter("session.fifo-swept")).isZero();
    for (Duration passed = Duration.ZERO; passed.compareTo(SWEPT) < 0; passed = passed.plus(IDLE.dividedBy(2))) {
      send(host, client.session(), server.session(), "there");
      host.runtime.advance(IDLE.dividedBy(2));
    }
    assertThat(usedBytes(host)).as("only one way is used").isEqualTo(unused + oneWay);
  }

  @Test
  void what_is_not_read_stays_however_long_it_takes() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    long unused = usedBytes(host);
    host.at(client.session(), () -> Probe.write(client.session(), "unread"));
    host.settle();
    host.runtime.advance(SWEPT.multipliedBy(10));
    assertThat(host.counter("session.fifo-swept")).isZero();
    host.at(server.session(), () -> assertThat(Probe.read(server.session())).isEqualTo("unread"));
    host.runtime.advance(SWEPT);
    assertThat(usedBytes(host)).isEqualTo(unused);
  }

  @Test
  void what_is_written_in_place_is_swept_as_well() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    long unused = usedBytes(host);
    for (int round = 1; round <= 2; round++) {
      host.at(client.session(), () -> {
        WriteView claim = Objects.requireNonNull(client.session().tx().claim(3));
        assertThat(claim.commit(3)).isEqualTo(3);
        client.session().written();
      });
      host.settle();
      host.runtime.advance(SWEPT);
      assertThat(host.counter("session.fifo-swept")).as("the bytes are still there").isEqualTo(round - 1);
      host.at(server.session(), () -> assertThat(Probe.read(server.session())).hasSize(3));
      host.runtime.advance(SWEPT);
      assertThat(host.counter("session.fifo-swept")).isEqualTo(round);
      assertThat(usedBytes(host)).isEqualTo(unused);
    }
  }

  @Test
  void an_open_claim_is_not_disturbed() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    List<WriteView> open = new ArrayList<>();
    host.at(client.session(), () -> open.add(Objects.requireNonNull(client.session().tx().claim(4))));
    host.runtime.advance(SWEPT);
    host.at(client.session(), () -> {
      WriteView claim = open.getFirst();
      claim.memory().asSlice(claim.offset(), 4).fill((byte) 'x');
      claim.commit(4);
      client.session().written();
    });
    host.settle();
    host.at(server.session(), () -> assertThat(Probe.read(server.session())).isEqualTo("xxxx"));
    host.runtime.advance(SWEPT);
    assertThat(host.counter("session.fifo-swept")).isEqualTo(1);
  }

  @Test
  void sessions_at_rest_cost_no_turn_however_many_there_are() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    for (int i = 0; i < 200; i++) {
      host.join(client);
      send(host, client.sessions.getLast(), server.sessions.getLast(), "hello");
    }
    long turns = host.runtime.turns();
    host.runtime.advance(SWEPT);
    assertThat(host.counter("session.fifo-swept")).isEqualTo(200);
    assertThat(host.runtime.turns() - turns).as("turns to sweep them").isLessThan(200);

    turns = host.runtime.turns();
    host.runtime.advance(Duration.ofDays(1));
    assertThat(host.runtime.turns() - turns).as("turns of an idle day").isLessThan(5);
  }

  @Test
  void a_session_that_stays_in_use_is_looked_at_once_per_idle_time() {
    LocalHost host = new LocalHost(0);
    host.server();
    Probe client = host.client();
    for (int i = 0; i < 50; i++) {
      host.join(client);
      Session own = client.sessions.getLast();
      host.at(own, () -> Probe.write(own, "unread"));
      host.runtime.advance(Duration.ofMillis(50));
    }
    host.runtime.advance(SWEPT);
    long turns = host.runtime.turns();
    host.runtime.advance(IDLE.multipliedBy(100));
    // A run waits for those due soon: 16 runs per idle time at most; each run and each step of the wheel is a turn.
    assertThat(host.runtime.turns() - turns).isLessThan(100 * 16 * 4);
  }

  @Test
  void one_run_looks_at_no_more_sessions_than_its_limit_and_the_rest_follows() {
    LocalHost host = host(0, new SweepLimits(IDLE.toNanos(), 4));
    Probe server = host.server();
    Probe client = host.client();
    for (int i = 0; i < 20; i++) {
      host.join(client);
    }
    for (int i = 0; i < 20; i++) {
      send(host, client.sessions.get(i), server.sessions.get(i), "hello");
    }
    long turnSwept = 0;
    host.runtime.advance(IDLE.plus(IDLE.dividedBy(2)));
    assertThat(host.counter("session.fifo-swept")).isZero();
    for (int i = 0; i < 2_000 && host.counter("session.fifo-swept") < 20; i++) {
      long before = host.counter("session.fifo-swept");
      if (!host.runtime.step()) {
        host.runtime.advance(IDLE.dividedBy(100));
      } else {
        turnSwept = Math.max(turnSwept, host.counter("session.fifo-swept") - before);
      }
    }
    assertThat(host.counter("session.fifo-swept")).isEqualTo(20);
    assertThat(turnSwept).isLessThanOrEqualTo(4);
    assertThat(host.counter("session.fifo-sweep-limit")).isPositive();
  }

  @Test
  void an_idle_time_of_zero_turns_it_off() {
    LocalHost host = host(0, new SweepLimits(0, 256));
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    send(host, client.session(), server.session(), "hello");
    long used = usedBytes(host);
    host.runtime.advance(SWEPT.multipliedBy(100));
    assertThat(usedBytes(host)).isEqualTo(used);
  }

  @Test
  void a_side_that_another_context_produces_into_is_that_contexts_to_sweep() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    send(host, client.session(), server.session(), "hello");
    boolean[] inside = {false};
    ExecutionContext thread = new ExecutionContext() {
      @Override
      public boolean isCurrent() {
        return inside[0];
      }

      @Override
      public String name() {
        return "the application's thread";
      }
    };
    List<FifoProducer> tx = new ArrayList<>();
    host.at(client.session(), () -> {
      tx.add(client.session().tx());
      tx.getFirst().owner(thread);
    });
    long used = usedBytes(host);
    host.runtime.advance(SWEPT);
    assertThat(usedBytes(host)).as("not the worker's to sweep").isEqualTo(used);
    inside[0] = true;
    assertThat(tx.getFirst().sweep()).isPositive();
    assertThat(usedBytes(host)).isLessThan(used);
  }
}
