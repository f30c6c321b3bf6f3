package org.sluice.plugin.afxdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
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
  /** The kernel's room before a packet in a chunk (XDP_PACKET_HEADROOM). */
  private static final int KERNEL_HEADROOM = 256;
  static final int LINK_HEADER = 14;
  /** Pieces of one packet (MAX_SKB_FRAGS and its head). */
  private static final int MAX_PIECES = 18;
  private static final int STATISTICS = 6;

  private final OpenCard card;
  private final Consumer<AfXdpNic> onClose;
  private final NicCapabilities capabilities;
  private final int mtuBytes;
  private boolean closed;

  /**
   * What the console shows.
   *
   * @param name of the card
   * @param device the interface of the host
   * @param link its state
   * @param mtuBytes its MTU
   * @param mode where the program is
   * @param copy how packets are moved
   * @param statistics the kernel's, by queue, see {@link Kernel#statistics}
   */
  record Status(String name, String device, String link, int mtuBytes, String mode, String copy,
      List<long[]> statistics) {}

  AfXdpNic(OpenCard card, Consumer<AfXdpNic> onClose) {
    this.card = card;
    this.onClose = onClose;
    boolean pieces = card.options().multiBuffer();
    int chunk = card.options().chunkBytes() - KERNEL_HEADROOM - LINK_HEADER;
    int most = pieces ? MAX_PIECES * chunk : chunk;
    mtuBytes = Math.min(card.device().mtuBytes(), most);
    capabilities = new NicCapabilities(card.rx().size(), card.tx().size(), most, false,
        card.txChecksums(), 0,
        pieces ? MAX_PIECES : 1, false);
  }

  @Override
  public String name() {
    return card.name();
  }

  @Override
  public long macAddress() {
    long own = card.options().mac();
    return own == 0 ? card.device().macAddress() : own;
  }

  @Override
  public int mtuBytes() {
    return mtuBytes;
  }

  @Override
  public LinkState linkState() {
    return switch (closed ? -1 : isUp()) {
      case 1 -> LinkState.UP;
      case 0 -> LinkState.DOWN;
      default -> LinkState.GONE;
    };
  }

  private int isUp() {
    return card.kernel().isUp(card.control(), card.options().device(), card.device().index());
  }

  @Override
  public NicCapabilities capabilities() {
    return capabilities;
  }

  @Override
  public RxQueue rxQueue(int index) {
    return card.rx().get(index);
  }

  @Override
  public TxQueue txQueue(int index) {
    return card.tx().get(index);
  }

  @Override
  public void addresses(long[] halves) {
    List<IpAddress> addresses = new ArrayList<>();
    for (int i = 0; i + 1 < halves.length; i += 2) {
      addresses.add(new IpAddress(halves[i], halves[i + 1]));
    }
    try {
      card.steering().addresses(addresses);
    } catch (KernelException e) {
      throw new IllegalStateException("the steering program of " + name() + " does not know all addresses", e);
    }
  }

  Status status() {
    List<long[]> statistics = new ArrayList<>();
    for (XskSocket socket : card.sockets()) {
      long[] of = new long[STATISTICS];
      if (socket.statistics(of)) {
        statistics.add(of);
      }
    }
    return new Status(name(), card.options().device(), linkState().name().toLowerCase(Locale.ROOT), mtuBytes,
        card.skb() ? "skb" : "native", card.copies() ? "copy" : "zero-copy", statistics);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    onClose.accept(this);
    card.rx().forEach(XskRx::close);
    card.tx().forEach(XskTx::close);
    card.steering().close();
    card.sockets().forEach(XskSocket::close);
    card.kernel().close(card.control());
  }
}
