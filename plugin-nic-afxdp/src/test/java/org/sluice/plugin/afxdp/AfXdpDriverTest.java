package org.sluice.plugin.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.plugin.afxdp.kernel.Errno;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.TxQueue;
import org.sluice.testkit.console.GoldenText;
import org.sluice.testkit.nic.ReceivedFrame;

/** Opening, closing and what is wrong with what the kernel says, over a kernel of the test's own. */
class AfXdpDriverTest {
  /** The sum of the pseudo-header of {@link DriverWorld#udp}: 10.0.0.1, 10.0.0.2, UDP, 8 bytes. */
  private static final int PSEUDO_SUM = 0x0a00 + 0x0001 + 0x0a00 + 0x0002 + 17 + 8;

  private static final int PIECE = 3800;

  private static List<byte[]> bytes(List<ReceivedFrame> frames) {
    return frames.stream().map(ReceivedFrame::bytes).toList();
  }

  private static List<byte[]> packets(int count) {
    return IntStream.range(0, count).mapToObj(DriverWorld::udp).toList();
  }

  // ---- Opening.

  @ParameterizedTest
  @CsvSource({
      "control, 24", "mmap, 12", "socket(AF_XDP), 1", "bpf(BPF_MAP_CREATE), 1", "bpf(BPF_PROG_LOAD), 22",
      "bpf(BPF_LINK_CREATE), 16", "setsockopt(XDP_UMEM_REG), 105", "setsockopt of the FILL ring, 12",
      "mmap of the TX ring, 12", "bind, 100", "bpf(BPF_MAP_UPDATE_ELEM), 7"})
  void what_was_done_before_a_failure_is_undone(String call, int errno) {
    try (DriverWorld w = new DriverWorld()) {
      w.kernel.fail(call, errno, Integer.MAX_VALUE);
      assertThatThrownBy(() -> w.open("a")).isInstanceOf(NicException.class)
          .hasMessageContaining("af_xdp on a: ").hasMessageContaining(call).hasMessageContaining(Errno.text(errno));
      assertThat(w.kernel.open()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "socket(AF_XDP)           | 1   | CAP_NET_RAW",
      "bpf(BPF_MAP_CREATE)      | 1   | CAP_BPF",
      "bpf(BPF_LINK_CREATE)     | 1   | CAP_NET_ADMIN",
      "bpf(BPF_LINK_CREATE)     | 16  | replace=on",
      "bpf(BPF_LINK_CREATE)     | 34  | multi-buffer=on",
      "setsockopt(XDP_UMEM_REG) | 105 | ulimit -l unlimited",
      "setsockopt(XDP_UMEM_REG) | 105 | CAP_IPC_LOCK",
      "bind                     | 16  | Another socket has the queue",
      "bind                     | 100 | ip link set dev NAME up"})
  void a_failure_says_what_mends_it(String call, int errno, String remedy) {
    try (DriverWorld w = new DriverWorld()) {
      w.kernel.fail(call, errno, Integer.MAX_VALUE);
      assertThatThrownBy(() -> w.open("a")).hasMessageContaining(remedy);
    }
  }

  @Test
  void a_queue_that_is_busy_for_a_while_is_waited_for() throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      w.kernel.fail("bind", Errno.EBUSY, 5);
      w.open("a", "copy=copy").close();
      assertThat(w.kernel.pauses).isEqualTo(5);
      assertThat(w.count("bind.busy")).isEqualTo(5);
    }
  }

  @Test
  void a_program_that_is_there_is_replaced_only_when_that_is_said() throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      w.kernel.fail("bpf(BPF_LINK_CREATE)", Errno.EBUSY, Integer.MAX_VALUE);
      assertThatThrownBy(() -> w.open("a")).isInstanceOf(NicException.class);
      w.open("a", "replace=on").close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rx-ring=100", "rx-ring=0", "chunk=8192", "copy=never", "mode=fast", "huge-pages=yes",
      "tx-checksums=on", "mac=1", "mac=01:00:00:00:00:01", "ports=80,x", "ports=0", "queues=-1", "mtu=9000"})
  void an_option_that_cannot_be_is_named(String option) {
    try (DriverWorld w = new DriverWorld()) {
      assertThatThrownBy(() -> w.open("a", option)).isInstanceOf(NicException.class)
          .hasMessageContaining(option.substring(0, option.indexOf('=')));
      assertThat(w.kernel.open()).isEmpty();
    }
  }

  @Test
  void an_interface_that_is_not_there_is_named() {
    try (DriverWorld w = new DriverWorld()) {
      assertThatThrownBy(() -> w.open("c")).hasMessageContaining("c").hasMessageContaining("ip link");
      assertThat(w.kernel.open()).isEmpty();
    }
  }

  @Test
  void a_closed_card_leaves_nothing_open() throws NicException {
    try (DriverWorld w = new DriverWorld(3, 1500)) {
      Nic nic = w.open("a");
      assertThat(nic.capabilities().rxQueues()).isEqualTo(3);
      assertThat(w.kernel.open()).isNotEmpty();
      w.world.detachAll();
      nic.close();
      assertThat(w.kernel.open()).isEmpty();
    }
  }

  @Test
  void a_probe_says_what_is_missing_and_leaves_nothing() {
    try (DriverWorld w = new DriverWorld()) {
      assertThat(w.probe()).isEmpty();
      w.kernel.fail("bpf(BPF_MAP_CREATE)", Errno.EPERM, 1);
      assertThat(w.probe()).singleElement().asString().contains("CAP_BPF");
      assertThat(w.kernel.open()).isEmpty();
    }
  }

  @Test
  void the_console_shows_cards_and_what_the_kernel_counts_of_them() throws Exception {
    try (DriverWorld w = new DriverWorld(2, 1500)) {
      Nic b = w.open("b");
      w.world.detachAll();
      for (int i = 0; i < 70; i++) {
        w.kernel.socketOf("b", 1).deliver(List.of(DriverWorld.udp(1)));
      }
      new GoldenText("console").assertMatches("show-afxdp", w.show());
      b.close();
      new GoldenText("console").assertMatches("show-afxdp-none", w.show());
    }
  }

  // ---- Packets.

  @Test
  void more_than_one_wake_up_sends_goes_with_the_next_ones() throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      w.kernel.budget = 7;
      Nic a = w.open("a");
      w.open("b");
      assertThat(w.world.send(0, a.txQueue(0), packets(60))).isEqualTo(60);
      w.world.advance(Duration.ofMillis(10));
      assertThat(bytes(w.world.received())).usingElementComparator(Arrays::compare).isEqualTo(packets(60));
      assertThat(w.count("tx.wakeups")).isGreaterThanOrEqualTo(9);
      assertThat(w.count("tx.wakeup-failures")).as("more to do is none").isZero();
    }
  }

  @Test
  void a_packet_in_several_chunks_goes_and_comes_in_several_frames() throws NicException {
    try (DriverWorld w = new DriverWorld(1, 9000)) {
      Nic a = w.open("a");
      Nic b = w.open("b");
      w.world.detachAll();
      w.world.on(0, () -> send(a.txQueue(0), 3));
      w.world.on(0, () -> {
        PacketBatch batch = new PacketBatch(8);
        assertThat(b.rxQueue(0).receive(batch, 8)).isEqualTo(1);
        assertThat(batch.size()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
          assertThat((batch.flags(i) & PacketFlags.CONTINUED) != 0).isEqualTo(i < 2);
        }
        assertThat(batch.length(0)).isEqualTo(4096 - 256);
        assertThat(batch.pool(0).memory().get(ValueLayout.JAVA_BYTE, batch.offset(0))).isEqualTo((byte) 0);
        assertThat(batch.pool(2).memory().get(ValueLayout.JAVA_BYTE, batch.offset(2))).isEqualTo((byte) 2);
      });
    }
  }

  /** One packet in so many pieces, each of which has its number in each byte. */
  private static void send(TxQueue tx, int pieces) {
    PacketBatch batch = new PacketBatch(pieces);
    for (int i = 0; i < pieces; i++) {
      long offset = tx.pool().allocate();
      tx.pool().memory().asSlice(offset, PIECE).fill((byte) i);
      batch.add(tx.pool(), offset, PIECE, i < pieces - 1 ? PacketFlags.CONTINUED : 0);
    }
    assertThat(tx.transmit(batch)).as("packets").isEqualTo(1);
    tx.flush();
  }

  @Test
  void a_packet_that_no_burst_has_room_for_is_dropped_to_its_end() throws NicException {
    try (DriverWorld w = new DriverWorld(1, 9000)) {
      Nic a = w.open("a");
      Nic b = w.open("b");
      w.world.detachAll();
      w.world.on(0, () -> {
        send(a.txQueue(0), 5);
        send(a.txQueue(0), 1);
      });
      w.world.on(0, () -> {
        PacketBatch batch = new PacketBatch(8);
        for (int i = 0; i < 2; i++) {
          assertThat(b.rxQueue(0).receive(batch, 2)).as("no burst has room for it").isZero();
          assertThat(batch.size()).isZero();
        }
        assertThat(b.rxQueue(0).receive(batch, 2)).as("the packet behind it").isEqualTo(1);
        assertThat(batch.size()).isEqualTo(1);
        assertThat(batch.length(0)).isEqualTo(PIECE);
        assertThat(w.count("rx.oversized")).isEqualTo(1);
      });
    }
  }

  @Test
  void a_packet_with_one_piece_that_names_no_place_is_dropped_whole() throws NicException {
    try (DriverWorld w = new DriverWorld(1, 9000)) {
      Nic b = w.open("b");
      w.world.detachAll();
      FakeSocket socket = w.kernel.socketOf("b", 0);
      socket.deliver(List.of(new byte[100], new byte[200]), -1);
      socket.deliver(List.of(new byte[300]));
      w.world.on(0, () -> {
        PacketBatch batch = new PacketBatch(8);
        assertThat(b.rxQueue(0).receive(batch, 8)).isEqualTo(1);
        assertThat(batch.size()).isEqualTo(1);
        assertThat(batch.length(0)).isEqualTo(300);
        assertThat(w.count("rx.invalid")).isEqualTo(1);
      });
    }
  }

  @Test
  void a_packet_that_the_limit_cuts_waits_for_the_next_burst() throws NicException {
    try (DriverWorld w = new DriverWorld(1, 9000)) {
      w.open("a");
      Nic b = w.open("b");
      w.world.detachAll();
      FakeSocket socket = w.kernel.socketOf("b", 0);
      socket.deliver(List.of(new byte[100]));
      socket.deliver(List.of(new byte[200], new byte[300], new byte[400]));
      w.world.on(0, () -> {
        PacketBatch batch = new PacketBatch(8);
        assertThat(b.rxQueue(0).receive(batch, 3)).isEqualTo(1);
        assertThat(batch.size()).isEqualTo(1);
        assertThat(b.rxQueue(0).receive(batch, 3)).isEqualTo(1);
        assertThat(batch.size()).isEqualTo(4);
        assertThat(batch.flags(1) & batch.flags(2) & PacketFlags.CONTINUED).isNotZero();
        assertThat(batch.flags(3) & PacketFlags.CONTINUED).isZero();
        assertThat(batch.length(3)).isEqualTo(400);
      });
    }
  }

  @Test
  void a_descriptor_that_names_no_place_is_counted_and_left() throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      w.open("b");
      FakeSocket socket = w.kernel.socketOf("b", 0);
      socket.lie(-1, 60);
      socket.lie(Long.MAX_VALUE - 10, 60);
      socket.lie(4096 - 10, 60);
      socket.lie(256, -1);
      socket.deliver(List.of(DriverWorld.udp(1)));
      w.world.advance(Duration.ofMillis(1));
      assertThat(w.world.received()).hasSize(1);
      assertThat(w.count("rx.invalid")).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"on", "off"})
  void an_unfinished_checksum_is_marked_where_that_is_trusted(String trust) throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      Nic b = w.open("b", "trust-partial-checksums=" + trust);
      w.world.detachAll();
      FakeSocket socket = w.kernel.socketOf("b", 0);
      socket.deliver(List.of(DriverWorld.udp(PSEUDO_SUM)));
      socket.deliver(List.of(DriverWorld.udp(PSEUDO_SUM + 1)));
      w.world.on(0, () -> {
        PacketBatch batch = new PacketBatch(8);
        assertThat(b.rxQueue(0).receive(batch, 8)).isEqualTo(2);
        assertThat((batch.flags(0) & PacketFlags.RX_CHECKSUM_PARTIAL) != 0).isEqualTo(trust.equals("on"));
        assertThat(batch.flags(1) & PacketFlags.RX_CHECKSUM_PARTIAL).isZero();
      });
      assertThat(w.count("rx.partial-checksum")).isEqualTo(1);
    }
  }
}
