package org.sluice.testkit.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.testkit.nic.WireWorld.frame;
import static org.sluice.testkit.nic.WireWorld.options;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.LinkState;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;
import org.sluice.testkit.runtime.AllocatedBytes;

/** What becomes of frames on a wire: when they come, which do not, and what is counted. */
final class WireTest {
  private static final int MANY = 20_000;

  // ---- Time.

  @Test
  void a_delayed_frame_comes_exactly_then_and_the_receiver_sleeps_until() {
    WireWorld w = WireWorld.joined(1, 2, options("delay", "5ms"));
    w.world.advance(Duration.ofMillis(3));
    w.world.send(0, w.tx(), List.of(frame(0, 60)));
    w.world.advance(Duration.ofNanos(4_999_999));
    assertThat(w.world.received()).isEmpty();
    w.world.advance(Duration.ofNanos(1));
    ReceivedFrame only = w.world.received().getFirst();
    assertThat(only.atNs()).isEqualTo(8_000_000);
    assertThat(only.stampedNs()).isEqualTo(8_000_000);
  }

  @Test
  void a_rate_spaces_frames_by_their_lengths_before_the_delay() {
    WireWorld w = WireWorld.joined(2, 1, options("rate", "10mbit", "delay", "1ms"));
    w.world.send(0, w.tx(), List.of(frame(0, 1250), frame(1, 125), frame(2, 1250)));
    w.world.advance(WireWorld.LONG);
    assertThat(w.world.received().stream().map(ReceivedFrame::atNs))
        .containsExactly(2_000_000L, 2_100_000L, 3_100_000L);
  }

  @Test
  void the_queues_of_an_end_share_its_rate() {
    WireWorld w = WireWorld.joined(3, 2, options("rate", "10mbit"));
    List<byte[]> burst = Collections.nCopies(100, frame(0, 1250));
    assertThat(w.world.send(0, w.near.txQueue(0), burst)).isEqualTo(100);
    assertThat(w.world.send(1, w.near.txQueue(1), burst)).isEqualTo(100);
    w.world.advance(WireWorld.LONG);
    assertThat(w.world.received()).hasSize(200);
    assertThat(w.world.received().getLast().atNs()).isEqualTo(200 * 1_000_000L);
  }

  @Test
  void what_finds_the_queue_full_is_dropped_and_the_queue_empties_by_the_rate() {
    WireWorld w = WireWorld.joined(4, 1, options("rate", "10mbit", "queue", "5"));
    List<byte[]> burst = IntStream.range(0, 8).mapToObj(i -> frame(i, 1250)).toList();
    assertThat(w.world.send(0, w.tx(), burst)).isEqualTo(5);
    assertThat(w.world.count("wire.drop.queue")).isEqualTo(3);
    w.world.on(0, () -> assertThat(w.tx().freeSlots()).isZero());
    w.world.advance(Duration.ofMillis(2));
    w.world.on(0, () -> assertThat(w.tx().freeSlots()).isEqualTo(2));
    w.world.advance(WireWorld.LONG);
    assertThat(w.numbers()).containsExactly(0, 1, 2, 3, 4);
  }

  // ---- What goes wrong on the way, each within five standard deviations.

  @Test
  void lost_frames_are_as_many_as_they_should_be() {
    WireWorld w = WireWorld.joined(5, 1, options("loss", "10%"));
    int free = w.free();
    w.send(MANY, 60);
    assertThat(w.world.count("wire.lost")).isBetween(2_000L - 212, 2_000L + 212);
    assertThat(w.world.received()).hasSize(MANY - (int) w.world.count("wire.lost"));
    assertThat(w.numbers()).isSorted().doesNotHaveDuplicates();
    assertThat(w.free()).isEqualTo(free);
  }

  @Test
  void doubled_frames_come_twice_in_a_row() {
    WireWorld w = WireWorld.joined(6, 1, options("duplicate", "5%"));
    int free = w.free();
    w.send(MANY, 60);
    long doubled = w.world.count("wire.duplicated");
    assertThat(doubled).isBetween(1_000L - 154, 1_000L + 154);
    assertThat(w.numbers()).hasSize(MANY + (int) doubled).isSorted();
    assertThat(new HashSet<>(w.numbers())).hasSize(MANY);
    assertThat(w.free()).isEqualTo(free);
  }

  @Test
  void a_frame_of_another_pool_comes_twice_with_its_bytes() {
    WireWorld w = WireWorld.joined(16, 1, options("duplicate", "100%"));
    FramePool other = new FramePool(w.world.workers().getFirst(), 4, 2048, 64, w.world.counters().counter("other", ""));
    w.world.on(0, () -> {
      PacketBatch batch = new PacketBatch(4);
      for (int i = 0; i < 4; i++) {
        long offset = other.allocate();
        other.memory().asSlice(offset, 60).copyFrom(MemorySegment.ofArray(frame(i, 60)));
        batch.add(other, offset, 60, 0);
      }
      w.tx().transmit(batch);
    });
    w.world.advance(WireWorld.LONG);
    assertThat(w.numbers()).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
  }

  @Test
  void a_corrupted_frame_has_one_wrong_bit_anywhere() {
    WireWorld w = WireWorld.joined(7, 1, options("corrupt", "20%"));
    List<byte[]> sent = Collections.nCopies(100, new byte[60]);
    HashSet<Integer> places = new HashSet<>();
    int spoiled = 0;
    for (int i = 0; i < 100; i++) {
      w.world.received().clear();
      w.world.send(0, w.tx(), sent);
      for (ReceivedFrame frame : w.world.received()) {
        int wrong = 0;
        for (int at = 0; at < 60; at++) {
          wrong += Integer.bitCount(frame.bytes()[at] & 0xff);
          if (frame.bytes()[at] != 0) {
            places.add(at);
          }
        }
        assertThat(wrong).isLessThanOrEqualTo(1);
        spoiled += wrong;
      }
      assertThat(w.world.received()).hasSize(100);
    }
    assertThat(w.world.count("wire.corrupted")).isEqualTo((long) spoiled).isBetween(2_000L - 200, 2_000L + 200);
    assertThat(places).hasSize(60);
  }

  @Test
  void a_reordered_frame_comes_late_and_is_overtaken() {
    WireWorld w = WireWorld.joined(8, 1, options("reorder", "2%", "delay", "3ms", "reorder-delay", "10ms"));
    for (int i = 0; i < 2_000; i++) {
      w.world.send(0, w.tx(), List.of(frame(i, 60)));
      w.world.advance(Duration.ofMillis(1));
    }
    w.world.advance(WireWorld.LONG);
    assertThat(w.world.count("wire.reordered")).isBetween(40L - 32, 40L + 32);
    assertThat(w.numbers()).hasSize(2_000).doesNotHaveDuplicates();
    int late = 0;
    for (ReceivedFrame frame : w.world.received()) {
      long onTheWay = frame.atNs() - WireWorld.number(frame.bytes()) * 1_000_000L;
      assertThat(onTheWay).isIn(3_000_000L, 13_000_000L);
      late += onTheWay == 13_000_000L ? 1 : 0;
    }
    assertThat(late).isEqualTo((int) w.world.count("wire.reordered"));
    List<Integer> sorted = new ArrayList<>(w.numbers());
    Collections.sort(sorted);
    assertThat(w.numbers()).isNotEqualTo(sorted);
  }

  @Test
  void everything_at_once_goes_the_same_way_again_with_the_same_seed_and_another_way_with_another() {
    List<ReceivedFrame> first = impaired("7");
    assertThat(impaired("7")).isEqualTo(first);
    assertThat(impaired("8")).isNotEqualTo(first);
  }

  private static List<ReceivedFrame> impaired(String seed) {
    WireWorld w = WireWorld.joined(Long.parseLong(seed) * 31, 2, options("seed", seed, "rate", "100mbit",
        "delay", "7ms", "loss", "3%", "duplicate", "3%", "corrupt", "3%", "reorder", "3%"));
    int free = w.free();
    w.send(2_000, 200);
    assertThat(w.free()).isEqualTo(free);
    return w.world.received();
  }

  // ---- Both ends.

  @Test
  void an_end_is_up_while_the_other_one_is_open_and_works_with_the_next_one() {
    WireWorld w = new WireWorld(9, 1);
    w.near = w.open("w:0", options("delay", "5ms"));
    assertThat(w.near.linkState()).isEqualTo(LinkState.DOWN);
    int free = w.free();
    assertThat(w.world.send(0, w.tx(), List.of(frame(0, 60)))).isZero();
    assertThat(w.world.count("wire.drop.down")).isEqualTo(1);
    for (int i = 1; i <= 50; i++) {
      Nic far = w.open("w:1", Map.of());
      assertThat(w.near.linkState()).isEqualTo(LinkState.UP);
      w.world.attach(w.near);
      w.world.attach(far);
      w.world.send(0, w.tx(), List.of(frame(1, 60), frame(2, 60), frame(3, 60)));
      if (i % 2 == 0) {
        w.world.advance(Duration.ofMillis(5));
        assertThat(w.numbers()).containsExactly(1, 2, 3);
      }
      w.world.received().clear();
      w.world.detachAll();
      w.world.on(0, far::close);
      assertThat(w.near.linkState()).isEqualTo(LinkState.DOWN);
      assertThat(w.free()).as("what was on the way came back").isEqualTo(free);
    }
    assertThat(w.world.count("wire.drop.cut")).isEqualTo(75);
  }

  @Test
  void frames_on_the_way_from_a_closed_end_are_counted() {
    WireWorld w = WireWorld.joined(10, 1, options("delay", "5ms"));
    w.world.send(0, w.tx(), List.of(frame(1, 60), frame(2, 60)));
    w.world.detachAll();
    w.world.on(0, w.near::close);
    w.world.attach(w.far);
    w.world.advance(WireWorld.LONG);
    assertThat(w.world.received()).isEmpty();
    assertThat(w.world.count("wire.drop.cut")).isEqualTo(2);
    assertThat(w.far.linkState()).isEqualTo(LinkState.DOWN);
  }

  @Test
  void flows_are_spread_over_the_queues_and_each_stays_on_one() {
    WireWorld w = WireWorld.joined(11, 4, options());
    for (int round = 0; round < 3; round++) {
      w.world.send(0, w.tx(), IntStream.range(0, 200).mapToObj(IpFrames::udp).toList());
      w.world.send(1, w.near.txQueue(1), IntStream.range(0, 200).mapToObj(IpFrames::udp6).toList());
    }
    assertThat(w.world.received()).hasSize(1_200);
    HashSet<Integer> flows = new HashSet<>();
    int[] perQueue = new int[4];
    for (ReceivedFrame frame : w.world.received()) {
      perQueue[frame.queue()]++;
      flows.add(frame.hash() * 4 + frame.queue());
    }
    assertThat(flows).as("a flow has one hash and one queue").hasSizeBetween(390, 400);
    for (int count : perQueue) {
      assertThat(count).isBetween(200, 400);
    }
    w.world.received().clear();
    w.world.send(0, w.tx(), List.of(IpFrames.fragment(1), IpFrames.fragment(2), IpFrames.fragment(3), frame(0, 60)));
    assertThat(w.world.received().stream().filter(f -> f.hash() != 0).map(ReceivedFrame::queue).distinct())
        .as("fragments have no ports").hasSize(1);
    assertThat(w.world.received().stream().filter(f -> f.hash() == 0).map(ReceivedFrame::queue)).containsExactly(0);
  }

  @Test
  void a_trusted_wire_vouches_for_checksums_and_another_one_does_not() {
    for (boolean isTrusted : new boolean[] {true, false}) {
      WireWorld w = WireWorld.joined(12, 1, options("trusted", Boolean.toString(isTrusted)));
      assertThat(w.near.capabilities().rxChecksum()).isEqualTo(isTrusted);
      assertThat(w.near.capabilities().txChecksum()).isEqualTo(isTrusted);
      w.world.on(0, () -> {
        PacketBatch batch = new PacketBatch(4);
        NicWorld.add(batch, w.tx(), frame(0, 60));
        NicWorld.add(batch, w.tx(), frame(1, 60));
        batch.flags(0, PacketFlags.IP4);
        batch.headerOffsets(0, 14, 34);
        batch.requestChecksum(0, 34, 16);
        w.tx().transmit(batch);
        w.tx().flush();
        assertThat(w.far.rxQueue(0).receive(batch, 4)).isEqualTo(2);
        assertThat(batch.flags(0)).isEqualTo(
            isTrusted ? PacketFlags.IP4 | PacketFlags.L3_KNOWN | PacketFlags.RX_CHECKSUM_PARTIAL : 0);
        assertThat(batch.flags(1)).isEqualTo(isTrusted ? PacketFlags.RX_CHECKSUM_GOOD : 0);
        if (isTrusted) {
          assertThat(batch.l3Offset(0)).isEqualTo(14);
          assertThat(batch.l4Offset(0)).isEqualTo(34);
          assertThat(batch.checksumStart(0)).isEqualTo(34);
          assertThat(batch.checksumOffset(0)).isEqualTo(16);
        }
      });
    }
  }

  @Test
  void what_is_longer_than_the_mtu_is_dropped() {
    WireWorld w = WireWorld.joined(13, 1, options("mtu", "9000"));
    assertThat(w.near.mtuBytes()).isEqualTo(9_000);
    assertThat(w.world.send(0, w.tx(), List.of(frame(0, 9_018), frame(1, 9_019)))).isEqualTo(1);
    assertThat(w.world.count("wire.drop.length")).isEqualTo(1);
    assertThat(w.numbers()).containsExactly(0);
  }

  @Test
  void sending_and_receiving_allocate_nothing() {
    WireWorld w = WireWorld.joined(14, 1, options("rate", "1000gbit", "loss", "1%", "duplicate", "1%", "corrupt", "1%",
        "reorder", "1%", "reorder-delay", "0ns"));
    w.world.detachAll();
    TxQueue tx = w.tx();
    RxQueue rx = w.far.rxQueue(0);
    PacketBatch batch = new PacketBatch(64);
    w.world.on(0, () -> assertThat(AllocatedBytes.leastOf(() -> {
      for (int i = 0; i < 2_000; i++) {
        batch.add(tx.pool(), tx.pool().allocate(), 60, 0);
        tx.transmit(batch);
        tx.flush();
        rx.receive(batch, 4);
        for (int at = 0; at < batch.size(); at++) {
          batch.pool(at).release(batch.offset(at));
        }
        batch.clear();
      }
    })).isZero());
  }
}
