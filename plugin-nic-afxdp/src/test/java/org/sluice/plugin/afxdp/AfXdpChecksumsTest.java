package org.sluice.plugin.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.plugin.afxdp.kernel.Errno;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.TxQueue;
import org.sluice.testkit.nic.NicWorld;

/** Checksums of what is sent that are left to the kernel, which is one of the test's own. */
class AfXdpChecksumsTest {
  private static final int LONG = 9_000;
  private static final int ETHERNET = 14;
  private static final int UDP = ETHERNET + 20;
  private static final int UDP_BYTES = 8;
  private static final int FIELD = 6;
  private static final int PROTOCOL = 17;
  private static final int FROM = 0x0a00_0001;
  private static final int TO = 0x0a00_0002;
  private static final int PSEUDO = InternetChecksum.pseudo4(FROM, TO, PROTOCOL, UDP_BYTES);

  /** A packet of UDP whose field holds what the rest is to be added to; nothing stands behind it. */
  private static byte[] undone() {
    return Arrays.copyOf(DriverWorld.udp(PSEUDO), UDP + UDP_BYTES);
  }

  @Test
  void a_checksum_that_is_asked_for_is_made_and_others_are_left_as_they_are() throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      Nic card = w.open("a", "copy=copy", "tx-checksums=kernel");
      w.open("b");
      assertThat(card.capabilities().txChecksum()).isTrue();
      TxQueue tx = card.txQueue(0);
      w.world.on(0, () -> {
        PacketBatch batch = new PacketBatch(2);
        NicWorld.add(batch, tx, undone());
        batch.requestChecksum(0, UDP, FIELD);
        NicWorld.add(batch, tx, undone());
        assertThat(tx.transmit(batch)).isEqualTo(2);
      });
      List<byte[]> received = w.world.received().stream().map(frame -> frame.bytes()).toList();
      assertThat(received).hasSize(2);
      MemorySegment done = MemorySegment.ofArray(received.getFirst());
      assertThat(InternetChecksum.add(PSEUDO, InternetChecksum.sum(done, UDP, UDP_BYTES)))
          .isEqualTo(InternetChecksum.VALID);
      assertThat(received.getLast()).isEqualTo(undone());
    }
  }

  /** The kernel wants room for metadata before each piece, which a chunk in the midst of a frame has not. */
  @ParameterizedTest
  @CsvSource({"9000, copy", "1500, zerocopy"})
  void they_are_the_stacks_where_packets_take_several_chunks_or_are_not_copied(int mtuBytes, String copy)
      throws NicException {
    try (DriverWorld w = new DriverWorld(1, mtuBytes)) {
      w.kernel.zeroCopy = copy.equals("zerocopy");
      Nic card = w.open("a", "copy=" + copy, "tx-checksums=kernel");
      w.open("b");
      assertThat(card.capabilities().txChecksum()).isFalse();
      byte[] packet = Arrays.copyOf(DriverWorld.udp(1), Math.min(mtuBytes, LONG));
      assertThat(w.world.send(0, card.txQueue(0), List.of(packet))).isEqualTo(1);
      assertThat(w.world.received().getFirst().bytes()).isEqualTo(packet);
    }
  }

  @Test
  void a_kernel_without_metadata_is_named() {
    try (DriverWorld w = new DriverWorld()) {
      w.kernel.fail("setsockopt(XDP_UMEM_REG) with metadata", Errno.EINVAL, Integer.MAX_VALUE);
      assertThatThrownBy(() -> w.open("a", "tx-checksums=kernel")).isInstanceOf(NicException.class)
          .hasMessageContaining("Linux 6.11");
      assertThat(w.kernel.open()).isEmpty();
    }
  }

  @Test
  void the_stack_can_have_a_hardware_address_of_its_own() throws NicException {
    try (DriverWorld w = new DriverWorld()) {
      assertThat(w.open("a", "mac=02:00:00:00:0a:07").macAddress()).isEqualTo(0x0200_0000_0a07L);
      assertThat(w.open("b").macAddress()).isNotEqualTo(0x0200_0000_0a07L);
    }
  }
}
