package org.sluice.plugin.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.plugin.afxdp.kernel.Kernel.Ring;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.RxQueue;

/** How chunks go back to the kernel, which is one of the test's own. */
class AfXdpRxTest {
  private static final int ENTRIES = 64;
  private static final long SOON_NS = 1_000_000;

  /** A queue that nobody but the test receives from. */
  private static RxQueue open(DriverWorld w, String... options) throws NicException {
    RxQueue rx = w.open("a", options).rxQueue(0);
    w.world.detachAll();
    return rx;
  }

  /** Packets that fill the ring are taken, and their chunks let go. */
  private static void burst(DriverWorld w, FakeSocket socket, RxQueue rx) {
    PacketBatch batch = new PacketBatch(ENTRIES);
    for (int i = 0; i < ENTRIES; i++) {
      socket.deliver(List.of(DriverWorld.udp(i)));
    }
    w.world.on(0, () -> {
      assertThat(rx.receive(batch, ENTRIES)).isEqualTo(ENTRIES);
      for (int i = 0; i < batch.size(); i++) {
        batch.pool(i).release(batch.offset(i));
      }
    });
  }

  @Test
  void chunks_are_given_back_with_the_burst_that_took_them() throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      RxQueue rx = open(w);
      FakeSocket socket = w.kernel.socketOf("a", 0);
      burst(w, socket, rx);
      assertThat(socket.ring(Ring.FILL).waiting()).isEqualTo(ENTRIES);
      assertThat(w.kernel.receiveCalls).as("it wants none").isZero();
    }
  }

  /** Room is given back for all of them with the first part. */
  @Test
  void a_worker_sleeps_when_packets_that_came_at_once_were_taken_in_parts() throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      RxQueue rx = open(w);
      FakeSocket socket = w.kernel.socketOf("a", 0);
      for (int round = 0; round < 10; round++) {
        for (int i = 0; i < ENTRIES; i++) {
          socket.deliver(List.of(DriverWorld.udp(i)));
        }
        w.world.on(0, () -> {
          for (int part = 0; part < ENTRIES; part += ENTRIES / 4) {
            PacketBatch batch = new PacketBatch(ENTRIES);
            assertThat(rx.receive(batch, ENTRIES / 4)).isEqualTo(ENTRIES / 4);
            for (int i = 0; i < batch.size(); i++) {
              batch.pool(i).release(batch.offset(i));
            }
          }
          assertThat(rx.idleNs(0)).isEqualTo(Long.MAX_VALUE);
        });
        assertThat(socket.ring(Ring.FILL).waiting()).isEqualTo(ENTRIES);
      }
    }
  }

  /** The kernel says first that packets are there, and a moment later that it has taken chunks for them. */
  @Test
  void a_worker_does_not_sleep_while_the_kernel_is_owed_chunks() throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      RxQueue rx = open(w);
      FakeSocket socket = w.kernel.socketOf("a", 0);
      socket.ring(Ring.FILL).late = true;
      burst(w, socket, rx);
      assertThat(socket.ring(Ring.FILL).waiting()).isZero();
      w.world.on(0, () -> assertThat(rx.idleNs(0)).isLessThanOrEqualTo(SOON_NS));
      socket.ring(Ring.FILL).catchUp();
      w.world.on(0, () -> {
        assertThat(rx.receive(new PacketBatch(ENTRIES), ENTRIES)).isZero();
        assertThat(rx.idleNs(0)).isEqualTo(Long.MAX_VALUE);
      });
      assertThat(socket.ring(Ring.FILL).waiting()).isEqualTo(ENTRIES);
    }
  }

  @Test
  void a_kernel_that_sleeps_for_want_of_chunks_is_called() throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      w.kernel.zeroCopy = true;
      RxQueue rx = open(w, "copy=zerocopy");
      int before = w.kernel.receiveCalls;
      burst(w, w.kernel.socketOf("a", 0), rx);
      assertThat(w.kernel.receiveCalls).isGreaterThan(before);
    }
  }
}
