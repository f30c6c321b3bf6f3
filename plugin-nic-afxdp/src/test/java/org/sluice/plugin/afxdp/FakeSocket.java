package org.sluice.plugin.afxdp;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.afxdp.kernel.Errno;
import org.sluice.plugin.afxdp.kernel.Kernel.Ring;
import org.sluice.plugin.afxdp.kernel.XdpAbi;
import org.sluice.spi.header.InternetChecksum;

/** A socket of a {@link FakeKernel}: moves packets between rings as the kernel does in copy mode. */
final class FakeSocket {
  private static final int ADDRESS_BYTES = 8;
  private static final int DESCRIPTOR_BYTES = 16;
  private static final int HEADROOM = 256;

  int device = -1;
  int queue = -1;
  long dropped;
  /** Packets of the flood that came, with those that were dropped. */
  long poured;
  private long flood;
  private byte[] drop = {};
  private int peer;
  private int chunkBytes;
  private int metadataBytes;
  private @Nullable MemorySegment memory;
  private final FakeKernel kernel;
  private final Map<Ring, FakeRing> rings = new EnumMap<>(Ring.class);

  FakeSocket(FakeKernel kernel) {
    this.kernel = kernel;
  }

  void register(MemorySegment umem, int chunk, int txMetadataBytes) {
    memory = umem;
    chunkBytes = chunk;
    metadataBytes = txMetadataBytes;
  }

  void share(FakeSocket other) {
    memory = other.memory;
    metadataBytes = other.metadataBytes;
    chunkBytes = other.chunkBytes;
  }

  void size(Ring ring, int entries) {
    if (Integer.bitCount(entries) != 1) {
      throw new AssertionError(entries + " entries");
    }
    boolean addresses = ring == Ring.FILL || ring == Ring.COMPLETION;
    // In copy mode the kernel wants to be called to send, and never to receive.
    boolean wakeup = ring == Ring.TX || kernel.zeroCopy;
    rings.put(ring, new FakeRing(entries, addresses ? ADDRESS_BYTES : DESCRIPTOR_BYTES, wakeup));
  }

  FakeRing ring(Ring ring) {
    FakeRing made = rings.get(ring);
    if (made == null) {
      throw new AssertionError("no " + ring + " ring");
    }
    return made;
  }

  void bind(int toDevice, int toQueue, int peerDevice) {
    device = toDevice;
    queue = toQueue;
    peer = peerDevice;
  }

  private MemorySegment memory() {
    MemorySegment umem = memory;
    if (umem == null) {
      throw new AssertionError("no memory");
    }
    return umem;
  }

  /** Sends so many packets at most, and says whether there are more. */
  int transmit(int budget) {
    FakeRing tx = ring(Ring.TX);
    for (int sent = 0; tx.waiting() > 0; sent++) {
      if (sent == budget) {
        return Errno.EAGAIN;
      }
      ByteArrayOutputStream packet = new ByteArrayOutputStream();
      boolean more = true;
      while (more) {
        long at = tx.head(DESCRIPTOR_BYTES);
        long address = tx.bytes().get(ValueLayout.JAVA_LONG, at);
        int length = tx.bytes().get(ValueLayout.JAVA_INT, at + 8);
        // With or without metadata, where there is some at all the kernel wants its room in the chunk.
        if ((address - metadataBytes) % chunkBytes + length + metadataBytes > chunkBytes) {
          throw new AssertionError(length + " bytes at " + address + " are not in one chunk");
        }
        int options = tx.bytes().get(ValueLayout.JAVA_INT, at + 12);
        more = (options & XdpAbi.PKT_CONTD) != 0;
        if ((options & XdpAbi.TX_METADATA) != 0) {
          checksum(address, length);
        }
        packet.writeBytes(memory().asSlice(address, length).toArray(ValueLayout.JAVA_BYTE));
        tx.take();
        complete(address);
      }
      FakeSocket to = kernel.bound(peer, queue);
      if (to != null) {
        to.deliver(cut(packet.toByteArray(), chunkBytes - HEADROOM));
      }
    }
    return 0;
  }

  /** Does what a card does, and a kernel in its place: sums from where the metadata says, field and all. */
  private void checksum(long address, int length) {
    long metadata = address - metadataBytes;
    if (memory().get(ValueLayout.JAVA_LONG, metadata) != XdpAbi.TXMD_CHECKSUM) {
      throw new AssertionError("the metadata asks for nothing");
    }
    int start = memory().get(ValueLayout.JAVA_SHORT, metadata + 8);
    long field = address + start + memory().get(ValueLayout.JAVA_SHORT, metadata + 10);
    int sum = InternetChecksum.sum(memory(), address + start, length - start);
    ValueLayout.OfShort network = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    memory().set(network, field, (short) ~sum);
  }

  /** What was sent in pieces is received in others: those that have room behind the kernel's headroom. */
  private static List<byte[]> cut(byte[] packet, int most) {
    List<byte[]> pieces = new ArrayList<>();
    for (int from = 0; from < packet.length; from += most) {
      pieces.add(Arrays.copyOfRange(packet, from, Math.min(packet.length, from + most)));
    }
    return pieces;
  }

  private void complete(long address) {
    FakeRing completion = ring(Ring.COMPLETION);
    if (completion.free() == 0) {
      throw new AssertionError("the completion ring is full");
    }
    completion.bytes().set(ValueLayout.JAVA_LONG, completion.tail(ADDRESS_BYTES), address);
    completion.give();
  }

  void deliver(List<byte[]> pieces) {
    deliver(pieces, 0);
  }

  /** Has a packet arrive, in so many pieces, the last of which is said to be elsewhere. */
  void deliver(List<byte[]> pieces, long lie) {
    FakeRing fill = ring(Ring.FILL);
    FakeRing rx = ring(Ring.RX);
    if (fill.waiting() < pieces.size() || rx.free() < pieces.size()) {
      dropped++;
      return;
    }
    for (int i = 0; i < pieces.size(); i++) {
      long chunk = fill.bytes().get(ValueLayout.JAVA_LONG, fill.head(ADDRESS_BYTES));
      if (chunk % chunkBytes != 0) {
        throw new AssertionError("no chunk begins at " + chunk);
      }
      fill.take();
      byte[] bytes = pieces.get(i);
      MemorySegment.copy(bytes, 0, memory(), ValueLayout.JAVA_BYTE, chunk + HEADROOM, bytes.length);
      boolean last = i == pieces.size() - 1;
      describe(rx, last && lie != 0 ? lie : chunk + HEADROOM, bytes.length, !last);
    }
  }

  /** From now on the ring is full whenever the driver looks, and one more packet has just found it so. */
  void flood(byte[] packet, long packets) {
    drop = packet;
    flood = packets;
  }

  void pour() {
    long before = dropped;
    while (flood > 0 && dropped == before) {
      flood--;
      poured++;
      deliver(List.of(drop));
    }
  }

  private static void describe(FakeRing rx, long address, int length, boolean continued) {
    long at = rx.tail(DESCRIPTOR_BYTES);
    rx.bytes().set(ValueLayout.JAVA_LONG, at, address);
    rx.bytes().set(ValueLayout.JAVA_INT, at + 8, length);
    rx.bytes().set(ValueLayout.JAVA_INT, at + 12, continued ? XdpAbi.PKT_CONTD : 0);
    rx.give();
  }

  /** Has the kernel name a place that is none. */
  void lie(long address, int length) {
    describe(ring(Ring.RX), address, length, false);
  }
}
