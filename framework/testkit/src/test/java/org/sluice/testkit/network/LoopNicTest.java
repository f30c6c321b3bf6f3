package org.sluice.testkit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sluice.core.Stack;
import org.sluice.core.nic.LoopDriver;
import org.sluice.spi.nic.LinkState;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.runtime.AllocatedBytes;

/** The built-in card: what one worker sends it receives. */
final class LoopNicTest {
  private final Simulation simulation = new Simulation(1, 1);
  private final Nic nic = open();
  private final TxQueue tx = nic.txQueue(1);
  private final RxQueue rx = nic.rxQueue(1);
  private final PacketBatch batch = new PacketBatch(64);

  private Nic open() {
    Stack stack = simulation.stack();
    LoopDriver driver = new LoopDriver(stack.counters().scope(Stack.OWN_SCOPE));
    assertThat(driver.probe()).isEmpty();
    try {
      return driver.open(new NicConfiguration("x", 0, 0, Map.of()), List.of(stack.worker(0), stack.worker(1)));
    } catch (NicException e) {
      throw new AssertionError(e);
    }
  }

  private long dropped() {
    return simulation.stack().counters().scope(Stack.OWN_SCOPE).counter("loop.dropped", "").value();
  }

  private void send(int first, int count) {
    for (int i = first; i < first + count; i++) {
      long frame = tx.pool().allocate();
      tx.pool().memory().set(ValueLayout.JAVA_INT_UNALIGNED, frame, i);
      batch.add(tx.pool(), frame, 60, 0);
    }
    assertThat(tx.transmit(batch)).isEqualTo(count);
    assertThat(batch.size()).isZero();
    tx.flush();
  }

  @Test
  void what_was_sent_is_received_in_order_and_its_frames_come_back() {
    simulation.on(1, () -> {
      int next = 0;
      for (int round = 0; round < 50; round++) {
        send(round * 20, 20);
        while (rx.receive(batch, 7) > 0) {
          for (int i = 0; i < batch.size(); i++) {
            PacketPool pool = batch.pool(i);
            assertThat(pool.memory().get(ValueLayout.JAVA_INT_UNALIGNED, batch.offset(i))).isEqualTo(next++);
            assertThat(batch.length(i)).isEqualTo(60);
            pool.release(batch.offset(i));
          }
          batch.clear();
        }
      }
      assertThat(next).isEqualTo(1_000);
      assertThat(tx.pool().available()).isEqualTo(256);
      assertThat(nic.rxQueue(0).receive(batch, 7)).as("the other worker's queue").isZero();
    });
    assertThat(dropped()).isZero();
  }

  @Test
  void a_checksum_that_was_left_to_the_card_is_received_as_partial() {
    simulation.on(1, () -> {
      int at = batch.add(tx.pool(), tx.pool().allocate(), 60, PacketFlags.IP4);
      batch.headerOffsets(at, 14, 34);
      batch.requestChecksum(at, 34, 16);
      batch.add(tx.pool(), tx.pool().allocate(), 61, 0);
      tx.transmit(batch);
      assertThat(rx.receive(batch, 9)).isEqualTo(2);
      assertThat(batch.flags(0))
          .isEqualTo(PacketFlags.IP4 | PacketFlags.L3_KNOWN | PacketFlags.RX_CHECKSUM_PARTIAL);
      assertThat(batch.l4Offset(0)).isEqualTo(34);
      assertThat(batch.flags(1)).isEqualTo(PacketFlags.RX_CHECKSUM_GOOD);
    });
  }

  @Test
  void what_finds_no_room_is_dropped_counted_and_released() {
    simulation.on(1, () -> {
      for (int i = 0; i < 4; i++) {
        send(0, 64);
      }
      assertThat(tx.freeSlots()).isZero();
      assertThat(tx.pool().allocate()).as("all frames are on their way").isEqualTo(-1);
      PacketPool other = nic.txQueue(0).pool();
      batch.add(other, other.allocate(), 60, 0);
      assertThat(tx.transmit(batch)).isZero();
      assertThat(batch.size()).isZero();
    });
    assertThat(dropped()).isEqualTo(1);
    simulation.on(0, () -> assertThat(nic.txQueue(0).pool().available()).isEqualTo(256));
  }

  @Test
  void a_frame_of_another_pool_is_copied_and_goes_back_to_its_owner() {
    PacketPool other = nic.txQueue(0).pool();
    long foreign = simulation.get(0, other::allocate);
    other.memory().set(ValueLayout.JAVA_LONG_UNALIGNED, foreign, 42);
    simulation.on(1, () -> {
      batch.add(other, foreign, 60, 0);
      assertThat(tx.transmit(batch)).isEqualTo(1);
      assertThat(rx.receive(batch, 9)).isEqualTo(1);
      assertThat(batch.pool(0)).isSameAs(tx.pool());
      assertThat(batch.pool(0).memory().get(ValueLayout.JAVA_LONG_UNALIGNED, batch.offset(0))).isEqualTo(42);
      batch.clear();
      batch.add(other, 0, other.frameBytes(), 0);
      assertThat(tx.transmit(batch)).as("longer than a frame holds").isZero();
    });
  }

  @Test
  void frames_given_back_by_another_worker_are_found_again_each_once() {
    PacketPool pool = tx.pool();
    Set<Long> taken = new HashSet<>();
    simulation.on(1, () -> {
      for (long frame = pool.allocate(); frame >= 0; frame = pool.allocate()) {
        taken.add(frame);
      }
    });
    assertThat(taken).hasSize(256);
    simulation.on(0, () -> taken.forEach(pool::release));
    Set<Long> again = new HashSet<>();
    simulation.on(1, () -> {
      for (long frame = pool.allocate(); frame >= 0; frame = pool.allocate()) {
        again.add(frame);
      }
    });
    assertThat(again).isEqualTo(taken);
  }

  @Test
  void sending_and_receiving_allocate_nothing() {
    simulation.on(1, () -> assertThat(AllocatedBytes.leastOf(() -> {
      for (int i = 0; i < 2_000; i++) {
        batch.add(tx.pool(), tx.pool().allocate(), 60, 0);
        tx.transmit(batch);
        rx.receive(batch, 4);
        batch.pool(0).release(batch.offset(0));
        batch.clear();
      }
    })).isZero());
  }

  @Test
  void it_says_what_it_is_and_takes_no_options() {
    assertThat(nic.name()).isEqualTo("loop/x");
    assertThat(nic.linkState()).isEqualTo(LinkState.UP);
    assertThat(nic.macAddress() >>> 40).isEqualTo(2);
    assertThat(nic.capabilities().rxQueues()).isEqualTo(2);
    assertThat(rx.pollDescriptor()).isEqualTo(-1);
    assertThatThrownBy(() -> new LoopDriver(simulation.stack().counters().scope(Stack.OWN_SCOPE))
        .open(new NicConfiguration("y", 0, 0, Map.of("speed", "1")), List.of(simulation.stack().worker(0))))
        .isInstanceOf(NicException.class).hasMessageContaining("speed");
    simulation.on(1, () -> assertThat(tx.pool().available()).isEqualTo(256));
    nic.close();
    nic.close();
    assertThat(nic.linkState()).isEqualTo(LinkState.GONE);
  }
}
