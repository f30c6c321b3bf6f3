package org.sluice.plugin.afxdp.xsk;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.afxdp.kernel.Kernel;
import org.sluice.plugin.afxdp.kernel.Kernel.Doorbell;
import org.sluice.plugin.afxdp.kernel.Kernel.Ring;
import org.sluice.plugin.afxdp.kernel.Kernel.RingOffsets;
import org.sluice.plugin.afxdp.kernel.KernelException;
import org.sluice.plugin.afxdp.kernel.XdpAbi;

/**
 * One AF_XDP socket with its four rings. Made and closed on worker 0; its rings belong to the worker of its queue.
 */
public final class XskSocket implements AutoCloseable {
  private static final int TX_BUDGET = 256;

  private final Kernel kernel;
  private final int descriptor;
  private final List<MemorySegment> mappings = new ArrayList<>();
  final FillRing fill;
  final CompletionRing completion;
  final RxRing rx;
  final TxRing tx;
  final Doorbell doorbell;
  private boolean closed;

  private XskSocket(Kernel kernel, int descriptor, SocketSettings settings) throws KernelException {
    this.kernel = kernel;
    this.descriptor = descriptor;
    kernel.size(descriptor, Ring.FILL, settings.fillEntries());
    kernel.size(descriptor, Ring.COMPLETION, settings.completionEntries());
    kernel.size(descriptor, Ring.RX, settings.rxEntries());
    kernel.size(descriptor, Ring.TX, settings.txEntries());
    Map<Ring, RingOffsets> offsets = kernel.offsets(descriptor);
    try {
      fill = new FillRing(map(Ring.FILL, offsets, settings.fillEntries(), FillRing.ENTRY_BYTES));
      completion = new CompletionRing(
          map(Ring.COMPLETION, offsets, settings.completionEntries(), CompletionRing.ENTRY_BYTES));
      rx = new RxRing(map(Ring.RX, offsets, settings.rxEntries(), RxRing.ENTRY_BYTES));
      tx = new TxRing(map(Ring.TX, offsets, settings.txEntries(), TxRing.ENTRY_BYTES));
    } catch (KernelException e) {
      mappings.forEach(kernel::unmap);
      throw e;
    }
    doorbell = kernel.doorbell(descriptor);
  }

  private RingMemory map(Ring ring, Map<Ring, RingOffsets> all, int entries, int entryBytes) throws KernelException {
    RingOffsets offsets = Objects.requireNonNull(all.get(ring));
    MemorySegment mapping = kernel.map(descriptor, ring, RingMemory.lengthBytes(offsets, entries, entryBytes));
    mappings.add(mapping);
    return RingMemory.of(mapping, offsets, entries);
  }

  /**
   * Makes a socket, not bound yet.
   *
   * @param kernel does it
   * @param umem its memory
   * @param registers whether the memory is registered with this socket; the others share it
   * @param settings how
   * @return the socket
   * @throws KernelException when it cannot be; nothing is left behind
   */
  public static XskSocket open(Kernel kernel, Umem umem, boolean registers, SocketSettings settings)
      throws KernelException {
    int descriptor = kernel.socket();
    try {
      if (registers) {
        kernel.register(descriptor, umem.memory(), umem.chunkBytes(), settings.txMetadataBytes());
      }
      XskSocket socket = new XskSocket(kernel, descriptor, settings);
      socket.tune(settings);
      return socket;
    } catch (KernelException e) {
      kernel.close(descriptor);
      throw e;
    }
  }

  /** What makes it faster where the kernel knows it. */
  private void tune(SocketSettings settings) {
    int _ = kernel.option(descriptor, XdpAbi.SOL_XDP, XdpAbi.MAX_TX_SKB_BUDGET,
        Math.min(TX_BUDGET, settings.txEntries()));
    if (settings.busyPollUs() > 0) {
      int _ = kernel.option(descriptor, XdpAbi.SOL_SOCKET, XdpAbi.SO_PREFER_BUSY_POLL, 1);
      int _ = kernel.option(descriptor, XdpAbi.SOL_SOCKET, XdpAbi.SO_BUSY_POLL, settings.busyPollUs());
      int _ = kernel.option(descriptor, XdpAbi.SOL_SOCKET, XdpAbi.SO_BUSY_POLL_BUDGET, TX_BUDGET);
    }
  }

  /**
   * Joins the socket to a queue. The first one says with its flags how packets are moved, the others share its memory.
   *
   * @param device the interface's number
   * @param queue its queue
   * @param flags as the settings have them
   * @param first the socket whose memory is shared; null for that socket itself
   * @throws KernelException EBUSY while another socket has the queue
   */
  public void bind(int device, int queue, int flags, @Nullable XskSocket first)
      throws KernelException {
    if (first == null) {
      kernel.bind(descriptor, device, queue, flags, 0);
    } else {
      kernel.bind(descriptor, device, queue, XdpAbi.SHARED_UMEM, first.descriptor);
    }
  }

  /**
   * Its descriptor.
   *
   * @return for maps and poll(2)
   */
  public int descriptor() {
    return descriptor;
  }

  /**
   * Reads what the kernel counts of it.
   *
   * @param into six numbers, see {@link Kernel#statistics}
   * @return whether it could
   */
  public boolean statistics(long[] into) {
    return !closed && kernel.statistics(descriptor, into);
  }

  /** Unmaps the rings, which hold the socket, and closes it; idempotent. The queue is free a little later. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      mappings.forEach(kernel::unmap);
      kernel.close(descriptor);
    }
  }
}
