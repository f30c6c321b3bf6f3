package org.sluice.plugin.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sluice.core.Stack;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.kernel.RootTests;
import org.sluice.testkit.kernel.VethEnd;
import org.sluice.testkit.kernel.VethPair;
import org.sluice.testkit.runtime.AllocatedBytes;

/** Packets through the kernel, from one card of this process to another. */
class AfXdpAllocationTest {
  private static final int BURST = 16;
  private static final int BURSTS = 1_000;

  @Test
  void packets_that_are_sent_and_received_allocate_nothing() throws Exception {
    RootTests.require();
    try (VethPair pair = VethPair.make("allocation", 1, 1500); Stack stack = Stack.builder().build()) {
      stack.worker(0).enter();
      AfXdpDriver driver = new AfXdpDriver(TestHost.of(stack, "nic-afxdp"));
      Nic from = open(driver, stack, pair.a());
      Nic to = open(driver, stack, pair.b());
      PacketBatch out = new PacketBatch(BURST);
      PacketBatch in = new PacketBatch(BURST);
      byte[] frame = DriverWorld.udp(1);
      int[] received = {0};
      long least = AllocatedBytes.leastOf(() -> {
        received[0] = 0;
        for (int i = 0; i < BURSTS; i++) {
          send(from.txQueue(0), out, frame);
          received[0] += receive(to.rxQueue(0), in);
        }
      });
      assertThat(received[0]).isEqualTo(BURST * BURSTS);
      assertThat(least).as("bytes allocated for %d packets", BURST * BURSTS).isZero();
      from.close();
      to.close();
      stack.worker(0).exit();
    }
  }

  private static Nic open(AfXdpDriver driver, Stack stack, VethEnd end) throws NicException {
    return driver.open(new NicConfiguration(end.device(), 0, 0,
        Map.of("steer", "all", "interface", end.device(), "namespace", end.place())), List.of(stack.worker(0)));
  }

  private static void send(TxQueue tx, PacketBatch batch, byte[] frame) {
    for (int i = 0; i < BURST; i++) {
      long offset = tx.pool().allocate();
      MemorySegment.copy(frame, 0, tx.pool().memory(), ValueLayout.JAVA_BYTE, offset, frame.length);
      batch.add(tx.pool(), offset, frame.length, 0);
    }
    tx.transmit(batch);
    tx.flush();
  }

  private static int receive(RxQueue rx, PacketBatch batch) {
    int received = rx.receive(batch, BURST);
    for (int i = 0; i < batch.size(); i++) {
      batch.pool(i).release(batch.offset(i));
    }
    batch.clear();
    return received;
  }
}
