package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.core.session.TxLimits;
import org.sluice.spi.transport.ConnectionFlags;
import org.sluice.spi.transport.Pacer;
import org.sluice.testkit.transport.FakePacketSink;
import org.sluice.testkit.transport.ScriptedConnection;

class TxSchedulingTest {
  private static final int SEGMENT = 1000;

  private static void write(ScriptedWorld w, ScriptedConnection connection, int length) {
    w.on(connection, () -> assertThat(w.session(connection).write(new byte[length], 0, length)).isNotNegative());
  }

  @Test
  void light_flows_wait_for_at_most_one_round_beside_heavy_ones() {
    ScriptedWorld w = ScriptedWorld.stream();
    ScriptedConnection heavy = w.connected(0);
    List<ScriptedConnection> light = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      light.add(w.connected(0));
    }
    heavy.sink(new FakePacketSink(4096, SEGMENT, SEGMENT));
    write(w, heavy, 256_000);
    w.simulation.runtime().step();
    light.forEach(c -> write(w, c, 100));
    w.simulation.runtime().step();
    assertThat(light).allSatisfy(c -> assertThat(c.sink().sentPackets()).isEqualTo(1));
    assertThat(heavy.sink().sentPackets()).as("one burst each turn").isEqualTo(2L * TxLimits.DEFAULT.burstPackets());
  }

  @Test
  void equally_heavy_flows_get_equal_shares() {
    ScriptedWorld w = ScriptedWorld.stream();
    List<ScriptedConnection> flows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ScriptedConnection c = w.connected(0);
      c.sink(new FakePacketSink(4096, SEGMENT, SEGMENT));
      flows.add(c);
    }
    flows.forEach(c -> write(w, c, 256_000));
    for (int turn = 0; turn < 9; turn++) {
      w.simulation.runtime().step();
    }
    long most = flows.stream().mapToLong(c -> c.sink().sentPackets()).max().orElseThrow();
    long least = flows.stream().mapToLong(c -> c.sink().sentPackets()).min().orElseThrow();
    assertThat(most - least).as("who came first is at most two bursts ahead")
        .isLessThanOrEqualTo(2L * TxLimits.DEFAULT.burstPackets());
    assertThat(least).isPositive();
  }

  @Test
  void new_flows_do_not_starve_old_ones() {
    ScriptedWorld w = ScriptedWorld.stream();
    ScriptedConnection old = w.connected(0);
    old.sink(new FakePacketSink(4096, SEGMENT, SEGMENT));
    List<ScriptedConnection> fresh = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ScriptedConnection c = w.connected(0);
      c.sink(new FakePacketSink(4096, SEGMENT, SEGMENT));
      fresh.add(c);
    }
    write(w, old, 256_000);
    w.simulation.runtime().step();
    long before = old.sink().sentPackets();
    for (int turn = 0; turn < 4; turn++) {
      fresh.forEach(c -> write(w, c, 20_000));
      w.simulation.runtime().step();
    }
    assertThat(old.sink().sentPackets() - before).isGreaterThanOrEqualTo(3L * TxLimits.DEFAULT.burstPackets());
  }

  @Test
  void custom_turns_that_ask_for_the_next_do_not_keep_a_turn_from_ending() {
    ScriptedWorld w = ScriptedWorld.stream();
    ScriptedConnection c = w.connected(0);
    int[] turns = {0};
    c.custom = (own, tx) -> {
      turns[0]++;
      w.host.sessions().requestCustomTx(own);
      return 0;
    };
    w.on(c, () -> w.host.sessions().requestCustomTx(c));
    for (int i = 1; i <= 5; i++) {
      w.simulation.runtime().step();
      assertThat(turns[0]).isEqualTo(i);
    }
  }

  @Test
  void session_that_is_freed_by_another_ones_turn_is_skipped() {
    ScriptedWorld w = ScriptedWorld.stream();
    w.application.onEnd(s -> {});
    List<ScriptedConnection> flows = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      flows.add(w.connected(0));
    }
    flows.getFirst().custom = (own, tx) -> {
      flows.subList(1, 5).forEach(w.transport::deleted);
      return 1;
    };
    w.on(flows.getFirst(), () -> w.host.sessions().requestCustomTx(flows.getFirst()));
    flows.forEach(c -> write(w, c, 5000));
    w.run();
    assertThat(flows.subList(1, 5)).allSatisfy(c -> assertThat(c.sink().sentPackets()).isZero());
    assertThat(flows.getFirst().sink().sentPackets()).isEqualTo(5);
  }

  // ---- Pacing.

  private static ScriptedConnection paced(ScriptedWorld w, long bytesPerSecond, int segmentBytes) {
    ScriptedConnection c = w.connected(0);
    c.segmentBytes = segmentBytes;
    c.sink(new FakePacketSink(64, segmentBytes, segmentBytes));
    Pacer pacer = new Pacer();
    pacer.rate(bytesPerSecond, 20_000_000, segmentBytes, w.simulation.runtime().clock().nanoTime());
    pacer.restart(w.simulation.runtime().clock().nanoTime());
    c.pacer(pacer);
    c.set(ConnectionFlags.PACED);
    return c;
  }

  private static long sentIn(ScriptedWorld w, ScriptedConnection c, Duration duration, long[] packets) {
    long sent = 0;
    for (long ms = 0; ms < duration.toMillis(); ms++) {
      write(w, c, 200_000);
      w.advance(Duration.ofMillis(1));
      for (FakePacketSink.Packet packet : c.sink().drain()) {
        sent += packet.data().length;
        packets[0]++;
      }
    }
    return sent;
  }

  @Test
  void pacer_keeps_the_rate_within_five_percent_and_the_worker_sleeps_in_between() {
    for (long rate : new long[] {50_000, 1_000_000, 10_000_000}) {
      for (int segment : new int[] {1000, 9000}) {
        ScriptedWorld w = ScriptedWorld.stream();
        ScriptedConnection c = paced(w, rate, segment);
        long turns = w.simulation.runtime().turns();
        long[] packets = {0};
        long sent = sentIn(w, c, Duration.ofMillis(400), packets);
        double expected = rate * 0.4;
        assertThat((double) sent).as("rate %d, segment %d", rate, segment)
            .isCloseTo(expected, within(expected * 0.05 + segment));
        assertThat(w.simulation.runtime().turns() - turns).isLessThan(10_000 + 5 * packets[0]);
      }
    }
  }

  @Test
  void worker_that_wakes_late_keeps_the_rate_of_a_flow_of_one_segment_bursts() {
    ScriptedWorld w = ScriptedWorld.stream();
    ScriptedConnection c = paced(w, 1_000_000, SEGMENT);
    long sent = 0;
    for (int wakeUp = 0; wakeUp < 800; wakeUp++) {
      write(w, c, 200_000);
      w.simulation.runtime().clock().advanceNs(900_000);
      w.run();
      sent += c.sink().drain().stream().mapToLong(packet -> packet.data().length).sum();
    }
    assertThat((double) sent).as("0.9 segments per wake-up, up to 0.9 ms late").isCloseTo(720_000, within(36_000.0));
  }

  @Test
  void idle_time_gives_no_credit_beyond_a_burst_and_what_a_late_wake_up_may_catch_up() {
    ScriptedWorld w = ScriptedWorld.stream();
    ScriptedConnection c = paced(w, 1_000_000, SEGMENT);
    w.advance(Duration.ofSeconds(10));
    write(w, c, 200_000);
    w.run();
    assertThat(c.sink().drain()).hasSizeLessThanOrEqualTo(2);
  }
}
