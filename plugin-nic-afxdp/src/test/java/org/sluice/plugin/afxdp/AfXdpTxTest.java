package org.sluice.plugin.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.plugin.afxdp.kernel.Errno;
import org.sluice.plugin.afxdp.kernel.Kernel.Ring;
import org.sluice.plugin.afxdp.kernel.XdpAbi;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.nic.TxQueue;
import org.sluice.testkit.nic.NicWorld;
import org.sluice.testkit.nic.ReceivedFrame;

/** What becomes of packets that cannot be sent, or not at once, over a kernel of the test's own. */
class AfXdpTxTest {
  private static final int ENTRIES = 64;
  /** A packet in so many chunks. */
  private static final int LONG = 9_000;
  private static final int CHUNKS = 3;
  private static final int TOO_LONG = 20_000;

  private static List<byte[]> packets(int count) {
    return IntStream.range(0, count).mapToObj(DriverWorld::udp).toList();
  }

  private static List<byte[]> bytes(List<ReceivedFrame> frames) {
    return frames.stream().map(ReceivedFrame::bytes).toList();
  }

  private static void assertReceived(DriverWorld w, List<byte[]> wanted) {
    assertThat(bytes(w.world.received())).usingElementComparator(Arrays::compare).isEqualTo(wanted);
  }

  private static int available(DriverWorld w, TxQueue queue) {
    int[] free = new int[1];
    w.world.on(0, () -> free[0] = queue.pool().available());
    return free[0];
  }

  // ---- Packets that cannot be sent.

  /**
   * Defect 22: there, a packet that could not be put into one frame left descriptors that were reserved, not written,
   * and submitted. Here none is written before it is known that the whole packet can be.
   */
  @ParameterizedTest
  @ValueSource(strings = {"its frame is too long", "no frame is free to copy into", "the ring has no room for it"})
  void defect_22_a_packet_that_cannot_be_sent_whole_leaves_no_descriptor(String why) throws NicException {
    try (DriverWorld w = new DriverWorld(1, 9000)) {
      TxQueue tx = w.open("a").txQueue(0);
      w.open("b");
      int free = available(w, tx);
      FramePool other = new FramePool(w.world.workers().getFirst(), 4, 2 * TOO_LONG, 64,
          w.world.counters().counter("other", ""));
      boolean full = why.startsWith("the ring");
      List<byte[]> whole = new ArrayList<>(packets(1));
      for (int i = 0; full && i < ENTRIES / CHUNKS; i++) {
        whole.addFirst(Arrays.copyOf(DriverWorld.udp(i), LONG));
      }
      List<Long> held = new ArrayList<>();
      w.world.on(0, () -> {
        PacketBatch batch = new PacketBatch(2 * ENTRIES);
        whole.subList(0, whole.size() - 1).forEach(one -> NicWorld.add(batch, tx, one));
        // A piece of the card's own, which the others must not leave behind in the ring.
        NicWorld.add(batch, tx, DriverWorld.udp(1000));
        batch.flags(batch.size() - 1, PacketFlags.CONTINUED);
        add(batch, full ? tx.pool() : other, why.startsWith("its frame") ? TOO_LONG : 100);
        NicWorld.add(batch, tx, whole.getLast());
        while (why.startsWith("no frame") && tx.pool().available() > 0) {
          held.add(tx.pool().allocate());
        }
        assertThat(tx.transmit(batch)).isEqualTo(whole.size());
        tx.flush();
        assertThat(w.kernel.socketOf("a", 0).ring(Ring.TX).produced()).as("descriptors")
            .isEqualTo(full ? ENTRIES : whole.size());
        held.forEach(tx.pool()::release);
        assertThat(other.available()).isEqualTo(4);
      });
      assertReceived(w, whole);
      assertThat(available(w, tx)).isEqualTo(free);
      assertThat(w.count("tx.too-long") + w.count("limit.chunks") + w.count("tx.ring-full")).as("counted").isOne();
    }
  }

  private static void add(PacketBatch batch, PacketPool pool, int length) {
    batch.add(pool, pool.allocate(), length, 0);
  }

  /**
   * Defect 22: there, the fill ring of a queue that was only sent by was refilled, and what came by it never taken
   * back. Here whatever queue sends is received from too, and its chunks go round.
   */
  @Test
  void defect_22_chunks_to_fill_go_round_on_every_queue_that_there_is() throws NicException {
    try (DriverWorld w = new DriverWorld(2, 1500)) {
      Nic b = w.open("b", 1, 2);
      assertThat(b.capabilities().txQueues()).isEqualTo(2);
      assertThat(b.capabilities().rxQueues()).isEqualTo(2);
      w.world.detachAll();
      for (int queue = 0; queue < 2; queue++) {
        FakeSocket socket = w.kernel.socketOf("b", queue);
        PacketBatch batch = new PacketBatch(2 * ENTRIES);
        for (int round = 0; round < 20; round++) {
          packets(ENTRIES).forEach(one -> socket.deliver(List.of(one)));
          int index = queue;
          w.world.on(0, () -> assertThat(b.rxQueue(index).receive(batch, ENTRIES)).isEqualTo(ENTRIES));
          FramePool pool = (FramePool) batch.pool(0);
          w.world.on(0, () -> {
            for (int i = 0; i < batch.size(); i++) {
              batch.pool(i).release(batch.offset(i));
            }
            assertThat(socket.ring(Ring.FILL).waiting() + pool.available()).as("chunks").isEqualTo(3 * ENTRIES);
          });
          batch.clear();
        }
        assertThat(socket.dropped).isZero();
      }
    }
  }

  // ---- Wake-ups.

  @ParameterizedTest
  @ValueSource(ints = {Errno.ENOBUFS, Errno.EBUSY, Errno.ENOMEM, Errno.EINTR, Errno.EAGAIN, Errno.ENETDOWN})
  void a_wake_up_that_comes_to_nothing_is_repeated_and_no_packet_is_lost(int errno) throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      TxQueue tx = w.open("a").txQueue(0);
      w.open("b");
      int free = available(w, tx);
      w.kernel.failKicks(errno, 3);
      assertThat(w.world.send(0, tx, packets(60))).isEqualTo(60);
      assertThat(w.world.received()).isEmpty();
      w.world.advance(Duration.ofMillis(100));
      assertReceived(w, packets(60));
      assertThat(w.count("tx.wakeup-failures")).as("later is no failure").isEqualTo(errno == Errno.EAGAIN ? 0 : 3);
      assertThat(available(w, tx)).isEqualTo(free);
    }
  }

  @ParameterizedTest
  @CsvSource({"105, 50", "16, 50", "11, 50", "100, 20000", "6, 20000"})
  void a_kernel_that_does_not_send_is_asked_again_in_time_and_not_all_the_time(int errno, int everyUs)
      throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      Nic a = w.open("a");
      w.kernel.failKicks(errno, Integer.MAX_VALUE);
      w.world.send(0, a.txQueue(0), packets(1));
      long before = w.count("tx.wakeups");
      w.world.advance(Duration.ofSeconds(1));
      assertThat(w.count("tx.wakeups") - before).isBetween(900_000L / everyUs, 1_000_000L / everyUs);
    }
  }

  @Test
  void what_finds_the_ring_full_while_the_kernel_sends_nothing_is_dropped_and_counted() throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      TxQueue tx = w.open("a").txQueue(0);
      w.open("b");
      int free = available(w, tx);
      w.kernel.failKicks(Errno.ENOBUFS, 10);
      assertThat(w.world.send(0, tx, packets(ENTRIES))).isEqualTo(ENTRIES);
      assertThat(w.world.send(0, tx, packets(7))).isZero();
      assertThat(w.count("tx.ring-full")).isEqualTo(7);
      w.world.advance(Duration.ofMillis(100));
      assertReceived(w, packets(ENTRIES));
      assertThat(available(w, tx)).isEqualTo(free);
    }
  }

  /** How many packets one wake-up sends is asked for; the kernel refuses more than the ring has. */
  @Test
  void a_wake_up_may_send_as_many_packets_as_the_ring_has_and_256_at_most() throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      w.open("a");
      assertThat(w.kernel.options).containsEntry(XdpAbi.MAX_TX_SKB_BUDGET, ENTRIES);
      w.open("b", "tx-ring=1024");
      assertThat(w.kernel.options).containsEntry(XdpAbi.MAX_TX_SKB_BUDGET, 256);
    }
  }

  @Test
  void a_kernel_that_knows_no_such_budget_is_waked_more_often() throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      w.kernel.unknownOption = XdpAbi.MAX_TX_SKB_BUDGET;
      Nic a = w.open("a");
      w.open("b");
      w.world.send(0, a.txQueue(0), packets(ENTRIES));
      w.world.advance(Duration.ofMillis(1));
      assertReceived(w, packets(ENTRIES));
      assertThat(w.count("tx.wakeups")).isGreaterThanOrEqualTo(2);
    }
  }
}
