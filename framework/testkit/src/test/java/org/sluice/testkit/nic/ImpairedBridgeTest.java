package org.sluice.testkit.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.testkit.nic.WireWorld.frame;
import static org.sluice.testkit.nic.WireWorld.options;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sluice.core.nic.LoopDriver;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.nic.LinkState;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicCapabilities;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;
import org.sluice.testkit.runtime.AllocatedBytes;
import org.sluice.testkit.runtime.ManualClock;

/** A bridge between two wires, each with the test at its other end. */
final class ImpairedBridgeTest {
  private static final int MANY = 20_000;

  /** The test's ends {@code l:0} and {@code r:0}, and the bridge's {@code l:1} and {@code r:1}. */
  private static final class Bridged {
    final WireWorld outside;
    final WorkerSet workers;
    final ImpairedBridge bridge;
    final Nic left;
    final Nic right;
    final Nic rightCard;

    Bridged(long seed, Map<String, String> there, Map<String, String> back) {
      this(seed, there, back, Map.of());
    }

    Bridged(long seed, Map<String, String> there, Map<String, String> back, Map<String, String> ofRightCard) {
      outside = new WireWorld(seed, 1);
      workers = WorkerSet.builder().clock(outside.world.clock()).build();
      bridge = new ImpairedBridge(seed, workers);
      left = outside.open("l:0", Map.of());
      right = outside.open("r:0", Map.of());
      rightCard = card("r:1", ofRightCard);
      try {
        bridge.join(card("l:1", Map.of()), there, rightCard, back);
      } catch (NicException e) {
        throw new AssertionError(e);
      }
      outside.world.attach(left);
      outside.world.attach(right);
      outside.world.run(workers);
    }

    private Nic card(String name, Map<String, String> options) {
      try {
        return bridge.open(outside.driver, new NicConfiguration(name, 1, 1, options));
      } catch (NicException e) {
        throw new AssertionError(e);
      }
    }

    /** Sends numbered frames from the left, in bursts. */
    void send(int count) {
      for (int first = 0; first < count; first += 100) {
        outside.world.send(0, left.txQueue(0),
            IntStream.range(first, Math.min(count, first + 100)).mapToObj(i -> frame(i, 60)).toList());
        outside.world.advance(Duration.ofMillis(1));
      }
      outside.world.advance(WireWorld.LONG);
    }

    List<Integer> numbers() {
      return outside.numbers();
    }
  }

  @Test
  void frames_come_out_at_the_other_card_whole_and_in_order_both_ways() {
    Bridged b = new Bridged(1, Map.of(), Map.of());
    for (Nic from : List.of(b.left, b.right)) {
      List<byte[]> sent = IntStream.range(0, 300).mapToObj(i -> frame(i, 60 + i * 4)).toList();
      assertThat(b.outside.world.send(0, from.txQueue(0), sent)).isEqualTo(300);
      b.outside.world.advance(Duration.ZERO);
      assertThat(b.outside.world.received().stream().map(ReceivedFrame::bytes).toList())
          .usingElementComparator(Arrays::compare).isEqualTo(sent);
      b.outside.world.received().clear();
    }
  }

  @Test
  void each_way_has_its_delay_which_is_exact() {
    Bridged b = new Bridged(2, options("delay", "20ms"), options("delay", "1ms"));
    b.outside.world.send(0, b.left.txQueue(0), List.of(frame(1, 60)));
    b.outside.world.send(0, b.right.txQueue(0), List.of(frame(2, 60)));
    b.outside.world.advance(WireWorld.LONG);
    assertThat(b.numbers()).containsExactly(2, 1);
    assertThat(b.outside.world.received().stream().map(ReceivedFrame::atNs).toList())
        .containsExactly(1_000_000L, 20_000_000L);
  }

  @Test
  void frames_are_lost_doubled_and_late_as_told_and_the_same_ones_by_the_same_seed() {
    Map<String, String> bad =
        options("loss", "5%", "duplicate", "2%", "reorder", "3%", "reorder-delay", "500us", "delay", "1ms");
    Bridged b = new Bridged(3, bad, Map.of());
    b.send(MANY);
    assertThat(b.bridge.count("wire.lost")).isBetween(800L, 1_200L);
    assertThat(b.bridge.count("wire.duplicated")).isBetween(250L, 550L);
    assertThat(b.bridge.count("wire.reordered")).isBetween(400L, 800L);
    assertThat(b.numbers()).hasSize(
        (int) (MANY - b.bridge.count("wire.lost") + b.bridge.count("wire.duplicated")));
    assertThat(new HashSet<>(b.numbers())).hasSize((int) (MANY - b.bridge.count("wire.lost")));
    assertThat(b.numbers()).isNotEqualTo(b.numbers().stream().sorted().toList());
    Bridged again = new Bridged(3, bad, Map.of());
    again.send(MANY);
    assertThat(again.numbers()).isEqualTo(b.numbers());
    Bridged other = new Bridged(4, bad, Map.of());
    other.send(MANY);
    assertThat(other.numbers()).isNotEqualTo(b.numbers());
  }

  @Test
  void both_ways_lose_different_frames() {
    Bridged b = new Bridged(5, options("loss", "50%"), options("loss", "50%"));
    List<List<Integer>> received = new ArrayList<>();
    for (Nic from : List.of(b.left, b.right)) {
      b.outside.world.send(0, from.txQueue(0), IntStream.range(0, 200).mapToObj(i -> frame(i, 60)).toList());
      b.outside.world.advance(Duration.ofMillis(1));
      received.add(b.numbers());
      b.outside.world.received().clear();
    }
    assertThat(received.getFirst()).hasSizeBetween(50, 150).isNotEqualTo(received.getLast());
  }

  @Test
  void what_the_rate_and_its_queue_do_not_take_is_dropped_and_counted() {
    Bridged b = new Bridged(6, options("rate", "10mbit", "queue", "5"), Map.of());
    b.outside.world.send(0, b.left.txQueue(0), IntStream.range(0, 8).mapToObj(i -> frame(i, 1250)).toList());
    b.outside.world.advance(WireWorld.LONG);
    assertThat(b.numbers()).containsExactly(0, 1, 2, 3, 4);
    assertThat(b.outside.world.received().getLast().atNs()).isEqualTo(5_000_000);
    assertThat(b.bridge.count("wire.drop.queue")).isEqualTo(3);
  }

  @Test
  void what_finds_no_room_at_a_card_waits_and_what_finds_none_on_the_wire_is_dropped_and_counted() {
    Bridged b = new Bridged(7, options("frames", "50"), Map.of(), options("rate", "10mbit", "queue", "3"));
    b.outside.world.send(0, b.left.txQueue(0), IntStream.range(0, 70).mapToObj(i -> frame(i, 1250)).toList());
    b.outside.world.advance(WireWorld.LONG);
    long dropped = b.bridge.count("wire.drop.frame");
    assertThat(dropped).isPositive();
    assertThat(b.numbers()).hasSize((int) (70 - dropped)).isSorted();
    assertThat(b.outside.world.count("wire.drop.queue")).as("the card was not given more than it takes").isZero();
  }

  @Test
  void packets_in_several_frames_are_dropped_and_counted() throws Exception {
    WireWorld outside = new WireWorld(8, 1);
    WorkerSet workers = WorkerSet.builder().clock(outside.world.clock()).build();
    ImpairedBridge bridge = new ImpairedBridge(8, workers);
    Nic left = outside.open("l:0", Map.of());
    outside.world.attach(left);
    outside.world.attach(outside.open("r:0", Map.of()));
    Nic pieces = new InPieces(bridge.open(outside.driver, new NicConfiguration("l:1", 1, 1, Map.of())));
    bridge.join(pieces, Map.of(), bridge.open(outside.driver, new NicConfiguration("r:1", 1, 1, Map.of())), Map.of());
    outside.world.run(workers);
    int[] free = {0};
    outside.world.on(0, () -> free[0] = left.txQueue(0).pool().available());
    outside.world.send(0, left.txQueue(0), IntStream.range(0, 9).mapToObj(i -> frame(i, 60)).toList());
    assertThat(outside.numbers()).containsExactly(3, 4, 5, 6, 7, 8);
    assertThat(bridge.count("bridge.drop.pieces")).isEqualTo(1);
    outside.world.on(0, () -> assertThat(left.txQueue(0).pool().available()).as("all came back").isEqualTo(free[0]));
  }

  /** A card whose first three frames are the pieces of one packet. */
  private record InPieces(Nic card) implements Nic {
    @Override
    public RxQueue rxQueue(int index) {
      RxQueue queue = card.rxQueue(index);
      return new RxQueue() {
        private boolean marked;

        @Override
        public int receive(PacketBatch batch, int limit) {
          int received = queue.receive(batch, limit);
          if (received > 0 && !marked) {
            marked = true;
            batch.flags(0, PacketFlags.CONTINUED);
            batch.flags(1, PacketFlags.CONTINUED);
          }
          return received;
        }

        @Override
        public int pollDescriptor() {
          return queue.pollDescriptor();
        }

        @Override
        public long idleNs(long nowNs) {
          return queue.idleNs(nowNs);
        }
      };
    }

    @Override
    public String name() {
      return card.name();
    }

    @Override
    public long macAddress() {
      return card.macAddress();
    }

    @Override
    public int mtuBytes() {
      return card.mtuBytes();
    }

    @Override
    public LinkState linkState() {
      return card.linkState();
    }

    @Override
    public NicCapabilities capabilities() {
      return card.capabilities();
    }

    @Override
    public TxQueue txQueue(int index) {
      return card.txQueue(index);
    }

    @Override
    public void close() {
      card.close();
    }
  }

  @Test
  void frames_that_cross_allocate_nothing() throws Exception {
    WorkerSet workers = WorkerSet.builder().clock(new ManualClock()).build();
    StackWorker worker = workers.worker(0);
    try (ImpairedBridge bridge = new ImpairedBridge(9, workers)) {
      LoopDriver loops = new LoopDriver(workers.counters().scope(WorkerSet.OWN_SCOPE));
      Nic left = bridge.open(loops, new NicConfiguration("left", 1, 1, Map.of()));
      Nic right = bridge.open(loops, new NicConfiguration("right", 1, 1, Map.of()));
      bridge.join(left, Map.of("duplicate", "2%"), right, Map.of("loss", "1%"));
      worker.enter();
      PacketBatch batch = new PacketBatch(16);
      IntStream.range(0, 16).forEach(i -> NicWorld.add(batch, left.txQueue(0), frame(i, 60)));
      left.txQueue(0).transmit(batch);
      // What comes out of a loop goes into it again, and so round and round.
      long least = AllocatedBytes.leastOf(() -> {
        for (int i = 0; i < 1_000; i++) {
          worker.turn();
        }
      });
      worker.exit();
      assertThat(bridge.count("wire.lost")).isPositive();
      assertThat(least).isZero();
    }
  }

  @Test
  void a_bridge_on_its_own_thread_ends_with_its_cards() throws Exception {
    ImpairedBridge bridge = new ImpairedBridge(10);
    LoopDriver loops = new LoopDriver(new CounterRegistry(1).scope("loops"));
    Nic left = bridge.open(loops, new NicConfiguration("left", 1, 1, Map.of()));
    Nic right = bridge.open(loops, new NicConfiguration("right", 1, 1, Map.of()));
    bridge.join(left, Map.of("loss", "50%"), right, Map.of("loss", "50%"));
    bridge.start();
    bridge.close();
    assertThat(left.linkState()).isEqualTo(LinkState.GONE);
    assertThat(right.linkState()).isEqualTo(LinkState.GONE);
    bridge.close();
  }
}
