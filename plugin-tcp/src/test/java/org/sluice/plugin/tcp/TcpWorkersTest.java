package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.session.Session;
import org.sluice.testkit.contract.DataPump;

/** Segments that come in other ways than one frame to the worker of their connection: P01, P19. */
class TcpWorkersTest {
  private static void exchange(TcpWorld w, DataPump up, DataPump down) {
    w.act(w.client, up);
    w.client.onWritable(up);
    w.server.onEnd(down).onWritable(down);
    w.advance(Duration.ofMinutes(2));
    assertThat(Arrays.equals(w.server.log().received(), up.data())).as("up").isTrue();
    assertThat(Arrays.equals(w.client.log().received(), down.data())).as("down").isTrue();
    assertThat(w.client.log().isOver()).isTrue();
  }

  @Test
  void P01_segments_that_come_to_another_worker_are_handed_over() {
    for (int worker = 0; worker < 4; worker++) {
      TcpWorld w = new TcpWorld(worker, 3);
      w.network.delay(Duration.ofMillis(2));
      w.ready(64 << 10).established();
      w.stack.misdirect(worker);
      exchange(w, new DataPump(1, 100_000, 20_000, Session::shutdown), new DataPump(2, 80_000, 20_000, Session::close));
      assertThat(w.count("handed-over")).isGreaterThan(50);
      assertThat(w.count("retransmitted")).isZero();
      assertThat(w.count("drop.other-worker") + w.count("limit.hand-over")).isZero();
      w.stack.misdirect(-1);
      w.end();
    }
  }

  @Test
  void P01_what_is_handed_over_has_a_limit_and_the_rest_is_sent_again() {
    TcpWorld w = new TcpWorld(1, 3, Settings.with("limit.hand-over", 4));
    w.network.delay(Duration.ofMillis(2));
    w.ready(64 << 10).established();
    w.stack.misdirect(0);
    exchange(w, new DataPump(1, 100_000, 20_000, Session::shutdown), new DataPump(2, 80_000, 20_000, Session::close));
    assertThat(w.count("limit.hand-over")).isPositive();
    w.stack.misdirect(-1);
    w.end();
  }

  @Test
  void P19_segments_in_several_frames_are_put_together() {
    for (int chunk : new int[] {61, 100, 700, 1459}) {
      TcpWorld w = new TcpWorld(chunk, 1);
      w.network.delay(Duration.ofMillis(2));
      w.ready(64 << 10);
      w.stack.chunk(chunk);
      w.established();
      exchange(w, new DataPump(1, 60_000, 20_000, Session::shutdown), new DataPump(2, 40_000, 20_000, Session::close));
      assertThat(w.count("chained")).isPositive();
      assertThat(w.count("drop.chained")).isZero();
      w.end();
    }
  }

  @Test
  void P19_a_segment_whose_frames_did_not_all_come_is_dropped_with_those_that_did() {
    TcpWorld w = new TcpWorld(1, 0).ready(8 << 10).established();
    w.simulation.on(0, () -> {
      Counter exhausted = w.host.counters().counter("test.exhausted", "None");
      FramePool pool = new FramePool(w.simulation.stack().worker(0), 4, 256, 64, exhausted);
      PacketBatch batch = new PacketBatch(4);
      for (int i = 0; i < 3; i++) {
        batch.headerOffsets(batch.add(pool, pool.allocate(), 40, PacketFlags.IP4 | PacketFlags.CONTINUED), -20, 0);
      }
      w.transport.onPackets(batch, TcpWorld.SERVER, 0);
      assertThat(pool.available()).isEqualTo(4);
    });
    assertThat(w.count("drop.chained")).isEqualTo(1);
    w.end();
  }
}
