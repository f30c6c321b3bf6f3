package org.sluice.plugin.afxdp;

import java.util.ArrayList;
import java.util.List;
import org.sluice.plugin.afxdp.bpf.Steering;
import org.sluice.plugin.afxdp.kernel.Kernel;
import org.sluice.plugin.afxdp.kernel.KernelException;
import org.sluice.plugin.afxdp.xsk.XskRx;
import org.sluice.plugin.afxdp.xsk.XskSocket;
import org.sluice.plugin.afxdp.xsk.XskTx;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.LinkState;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicCapabilities;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;

/** An interface of the host that is open. */
final class AfXdpNic implements Nic {
  /** The kernel's room before and behind a packet in a chunk (XDP_PACKET_HEADROOM). */
  private static final int KERNEL_HEADROOM = 256;
  private static final int LINK_HEADER = 14;
  /** Pieces of one packet (MAX_SKB_FRAGS and its head). */
  private static final int MAX_PIECES = 18;

  private final String name;
  private final Kernel kernel;
  private final AfXdpOptions options;
  private final Kernel.Device device;
  private final int control;
  private final Steering steering;
  private final List<XskSocket> sockets;
  private final List<XskRx> rx;
  private final List<XskTx> tx;
  private final NicCapabilities capabilities;
  private final int mtuBytes;
  private boolean closed;

  AfXdpNic(String name, Kernel kernel, AfXdpOptions options, Kernel.Device device, int control,
      Steering steering, List<XskSocket> sockets, List<XskRx> rx, List<XskTx> tx) {
    this.name = name;
    this.kernel = kernel;
    this.options = options;
    this.device = device;
    this.control = control;
    this.steering = steering;
    this.sockets = sockets;
    this.rx = rx;
    this.tx = tx;
    int chunk = options.chunkBytes() - KERNEL_HEADROOM - LINK_HEADER;
    int most = options.multiBuffer() ? MAX_PIECES * chunk : chunk;
    mtuBytes = Math.min(device.mtuBytes(), most);
    capabilities = new NicCapabilities(rx.size(), tx.size(), most, false, false, 0,
        options.multiBuffer() ? MAX_PIECES : 1, false);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long macAddress() {
    return device.macAddress();
  }

  @Override
  public int mtuBytes() {
    return mtuBytes;
  }

  @Override
  public LinkState linkState() {
    return switch (closed ? -1 : kernel.isUp(control, options.device())) {
      case 1 -> LinkState.UP;
      case 0 -> LinkState.DOWN;
      default -> LinkState.GONE;
    };
  }

  @Override
  public NicCapabilities capabilities() {
    return capabilities;
  }

  @Override
  public RxQueue rxQueue(int index) {
    return rx.get(index);
  }

  @Override
  public TxQueue txQueue(int index) {
    return tx.get(index);
  }

  @Override
  public void addresses(long[] halves) {
    List<IpAddress> addresses = new ArrayList<>();
    for (int i = 0; i + 1 < halves.length; i += 2) {
      addresses.add(new IpAddress(halves[i], halves[i + 1]));
    }
    try {
      steering.addresses(addresses);
    } catch (KernelException e) {
      throw new IllegalStateException("the steering program of " + name + " does not know all addresses", e);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    rx.forEach(XskRx::close);
    tx.forEach(XskTx::close);
    steering.close();
    sockets.forEach(XskSocket::close);
    kernel.close(control);
  }
}
