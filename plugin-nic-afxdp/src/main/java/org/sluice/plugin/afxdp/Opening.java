package org.sluice.plugin.afxdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.afxdp.AfXdpOptions.Copy;
import org.sluice.plugin.afxdp.AfXdpOptions.Mode;
import org.sluice.plugin.afxdp.AfXdpOptions.Steer;
import org.sluice.plugin.afxdp.bpf.Steering;
import org.sluice.plugin.afxdp.kernel.Errno;
import org.sluice.plugin.afxdp.kernel.Kernel;
import org.sluice.plugin.afxdp.kernel.KernelException;
import org.sluice.plugin.afxdp.kernel.XdpAbi;
import org.sluice.plugin.afxdp.xsk.RxChecksums;
import org.sluice.plugin.afxdp.xsk.SocketSettings;
import org.sluice.plugin.afxdp.xsk.Umem;
import org.sluice.plugin.afxdp.xsk.XskCounters;
import org.sluice.plugin.afxdp.xsk.XskRx;
import org.sluice.plugin.afxdp.xsk.XskSocket;
import org.sluice.plugin.afxdp.xsk.XskTx;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.runtime.Worker;
import org.slf4j.Logger;

/** Opens one card, step by step, and undoes what was done when a step fails. For one use, on worker 0. */
final class Opening {
  /** A queue is busy for up to a tenth of a second after its last socket was closed. */
  private static final int BIND_TRIES = 50;
  private static final long BIND_PAUSE_NS = 20_000_000;

  /** Who opens cards. */
  private static final int WORKER = 0;

  /** Frames to send are of 16 KiB at most. */
  private static final int MAX_CHUNKS_PER_FRAME = 4;

  private final Kernel kernel;
  private final AfXdpOptions options;
  private final List<Worker> workers;
  private final XskCounters counters;
  private final Logger log;
  private final List<Runnable> undo = new ArrayList<>();
  private boolean copies = true;

  Opening(Kernel kernel, AfXdpOptions options, List<Worker> workers, XskCounters counters, Logger log) {
    this.kernel = kernel;
    this.options = options;
    this.workers = workers;
    this.counters = counters;
    this.log = log;
  }

  AfXdpNic open(String name, Consumer<AfXdpNic> onClose) throws NicException {
    try {
      return kernel.within(options.namespace(), () -> openHere(name, onClose));
    } catch (KernelException e) {
      undo.reversed().forEach(Runnable::run);
      throw new NicException("af_xdp on " + options.device() + ": " + Remedies.text(e), e);
    } catch (RuntimeException | Error e) {
      undo.reversed().forEach(Runnable::run);
      throw e;
    }
  }

  private AfXdpNic openHere(String name, Consumer<AfXdpNic> onClose) throws KernelException {
    int control = kernel.control();
    undo.add(() -> kernel.close(control));
    Kernel.Device device = kernel.device(control, options.device());
    int queues = options.queues() == 0 ? device.queues() : Math.min(options.queues(), device.queues());
    List<Worker> owners = IntStream.range(0, queues).mapToObj(i -> workers.get(i % workers.size())).toList();
    Umem.Layout layout = layout(device.mtuBytes());
    Umem umem = new Umem(kernel, owners, layout, options.huge(), counters.exhausted());
    Steering steering = Steering.load(kernel, device.queues(), options.steer() == Steer.ALL, options.ports(),
        options.routers(), options.multiBuffer() ? XdpAbi.PROG_XDP_HAS_FRAGS : 0);
    undo.add(steering::close);
    boolean skb = attach(steering, device.index()) == XdpAbi.XDP_SKB_MODE;
    // Where a packet goes on in a chunk, it begins where the kernel would look for metadata.
    boolean metadata = options.kernelChecksums() && layout.chunksPerFrame() == 1;
    List<XskSocket> sockets = sockets(umem, steering, device.index(), queues, metadata);
    if (options.kernelChecksums() && (!metadata || !copies)) {
      log.warn("{}: the stack makes checksums itself: tx-checksums=kernel is for copy=copy and for packets that fit "
          + "one chunk ('ip link set dev {} mtu {}')", name, options.device(),
          options.chunkBytes() - Umem.HEADROOM_BYTES - AfXdpNic.LINK_HEADER);
    }
    AtomicBoolean warned = new AtomicBoolean();
    List<XskTx> tx = new ArrayList<>();
    List<XskRx> rx = new ArrayList<>();
    for (int i = 0; i < queues; i++) {
      RxChecksums checksums = new RxChecksums(options.trustPartial(), () -> warn(warned), counters);
      tx.add(new XskTx(sockets.get(i), umem, i, owners.get(i), counters));
      rx.add(new XskRx(sockets.get(i), tx.get(i), umem, i, owners.get(i), checksums, counters,
          options.busyPollUs() > 0));
    }
    if (queues < device.queues()) {
      log.warn("{}: {} of {} queues are used, and what comes by the others is the kernel's. Have the card use these "
          + "alone: 'ethtool -L {} combined {}'", name, queues, device.queues(), options.device(), queues);
    }
    log.info("{}: {} with {} queues, {}, {}", name, options.device(), queues, skb ? "skb mode" : "native",
        copies ? "copy" : "zero-copy");
    return new AfXdpNic(
        new OpenCard(name, kernel, options, device, control, steering, sockets, rx, tx, skb, copies,
            metadata && copies), onClose);
  }

  private List<XskSocket> sockets(Umem umem, Steering steering, int device, int queues, boolean metadata)
      throws KernelException {
    SocketSettings settings = settings(metadata);
    List<XskSocket> sockets = new ArrayList<>();
    for (int i = 0; i < queues; i++) {
      XskSocket first = sockets.isEmpty() ? null : sockets.getFirst();
      XskSocket socket = XskSocket.open(kernel, umem, first == null, settings);
      undo.add(socket::close);
      bind(socket, device, i, settings.bindFlags(), first);
      steering.socket(i, socket.descriptor());
      sockets.add(socket);
    }
    return sockets;
  }

  /** As many as can be in the rings at once, and some in the stack's hands. */
  private Umem.Layout layout(int mtuBytes) {
    int wanted = Math.ceilDiv(Umem.HEADROOM_BYTES + AfXdpNic.LINK_HEADER + mtuBytes, options.chunkBytes());
    int perFrame = 1;
    while (options.multiBuffer() && perFrame < Math.min(wanted, MAX_CHUNKS_PER_FRAME)) {
      perFrame *= 2;
    }
    // A packet in several chunks takes as many places of the rings.
    int frames = perFrame == 1 ? 2 * options.txEntries() : options.txEntries();
    return new Umem.Layout(options.chunkBytes(), 3 * options.rxEntries(), frames, perFrame);
  }

  private SocketSettings settings(boolean metadata) {
    int flags = XdpAbi.USE_NEED_WAKEUP | (options.multiBuffer() ? XdpAbi.USE_SG : 0);
    return new SocketSettings(options.rxEntries(), options.txEntries(), options.rxEntries(), options.txEntries(),
        flags, metadata ? XskTx.METADATA_BYTES : 0, options.busyPollUs());
  }

  // ---- The program.

  private int attach(Steering steering, int device) throws KernelException {
    if (options.mode() != Mode.SKB) {
      try {
        attach(steering, device, XdpAbi.XDP_DRV_MODE);
        return XdpAbi.XDP_DRV_MODE;
      } catch (KernelException e) {
        if (options.mode() == Mode.NATIVE || e.errno() != Errno.EOPNOTSUPP && e.errno() != Errno.EINVAL) {
          throw e;
        }
      }
    }
    attach(steering, device, XdpAbi.XDP_SKB_MODE);
    return XdpAbi.XDP_SKB_MODE;
  }

  private void attach(Steering steering, int device, int mode) throws KernelException {
    try {
      steering.attach(device, mode);
    } catch (KernelException e) {
      boolean taken = e.errno() == Errno.EBUSY || e.errno() == Errno.EEXIST;
      if (!taken || !options.replace() || !kernel.detach(device)) {
        throw e;
      }
      log.warn("{}: the XDP program that was attached was taken off, as replace=on says", options.device());
      steering.attach(device, mode);
    }
  }

  // ---- Sockets.

  private void bind(XskSocket socket, int device, int queue, int flags, @Nullable XskSocket first)
      throws KernelException {
    if (first != null) {
      bindPatiently(socket, device, queue, 0, first);
      return;
    }
    if (options.copy() != Copy.COPY) {
      try {
        bindPatiently(socket, device, queue, flags | XdpAbi.ZEROCOPY, null);
        copies = false;
        return;
      } catch (KernelException e) {
        if (options.copy() == Copy.ZEROCOPY || !isUnsupported(e.errno())) {
          throw e;
        }
      }
    }
    bindPatiently(socket, device, queue, flags | XdpAbi.COPY, null);
  }

  private static boolean isUnsupported(int errno) {
    return Set.of(Errno.EOPNOTSUPP, Errno.EINVAL).contains(errno);
  }

  private void bindPatiently(XskSocket socket, int device, int queue, int flags, @Nullable XskSocket first)
      throws KernelException {
    for (int tries = 1; ; tries++) {
      try {
        socket.bind(device, queue, flags, first);
        return;
      } catch (KernelException e) {
        if (e.errno() != Errno.EBUSY || tries == BIND_TRIES) {
          throw e;
        }
        counters.busy().increment(WORKER);
        kernel.pause(BIND_PAUSE_NS);
      }
    }
  }

  private void warn(AtomicBoolean warned) {
    if (warned.compareAndSet(false, true)) {
      log.warn("{}: packets come with unfinished checksums, as from a virtual peer on this host, and are dropped. Turn "
          + "that off where they come from: 'ethtool -K PEER tx off', or say trust-partial-checksums=on",
          options.device());
    }
  }
}
